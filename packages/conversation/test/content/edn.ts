/** What diagnostic notation says. Byte strings are hexadecimal with an `h`. */
export type EdnValue =
  | number
  | boolean
  | null
  | string
  | { readonly h: string }
  | readonly EdnValue[]
  | ReadonlyMap<EdnValue, EdnValue>;

const tokens =
  /#[^\n]*|\/[^/]*\/|h'(?<hex>[^']*)'|'(?<bytes>(?:\\.|[^'\\])*)'|"(?<text>(?:\\.|[^"\\])*)"|(?<word>-?\d+|true|false|null|[[\]{}:+])|[\s,]+/guy;

/** Parses the extended diagnostic notation that the working group's examples use. */
export function parseEdn(source: string): EdnValue {
  const words: (EdnValue | { readonly sign: string })[] = [];
  let end = 0;
  for (const match of source.matchAll(tokens)) {
    end = (match.index ?? 0) + match[0].length;
    const { hex, bytes, text, word } = match.groups ?? {};
    if (hex !== undefined)
      words.push({
        h: hex
          .replace(/#[^\n]*/g, "")
          .replace(/\s/g, "")
          .toLowerCase(),
      });
    else if (bytes !== undefined) words.push({ h: Buffer.from(unescaped(bytes)).toString("hex") });
    else if (text !== undefined) words.push(unescaped(text));
    else if (word !== undefined)
      words.push(/^-?\d/.test(word) ? Number(word) : (constants.get(word) ?? { sign: word }));
  }
  if (end !== source.length) throw new Error(`no notation at ${end}: ${source.slice(end, end + 20)}`);
  return new Parser(words).whole();
}

const constants = new Map<string, EdnValue>([
  ["true", true],
  ["false", false],
]);

function unescaped(text: string): string {
  return text.replace(/\\(.)/gu, (_, character: string) => (character === "n" ? "\n" : character));
}

class Parser {
  readonly #words: readonly (EdnValue | { readonly sign: string })[];
  #at = 0;

  constructor(words: readonly (EdnValue | { readonly sign: string })[]) {
    this.#words = words;
  }

  whole(): EdnValue {
    const value = this.#value();
    if (this.#at !== this.#words.length) throw new Error("more than one value");
    return value;
  }

  #value(): EdnValue {
    let value = this.#single();
    while (this.#takes("+")) value = { h: (value as { h: string }).h + (this.#single() as { h: string }).h };
    return value;
  }

  #single(): EdnValue {
    if (this.#takes("null")) return null;
    if (this.#takes("[")) {
      const items: EdnValue[] = [];
      while (!this.#takes("]")) items.push(this.#value());
      return items;
    }
    if (this.#takes("{")) {
      const pairs = new Map<EdnValue, EdnValue>();
      while (!this.#takes("}")) {
        const key = this.#value();
        if (!this.#takes(":")) throw new Error("a key without a value");
        pairs.set(key, this.#value());
      }
      return pairs;
    }
    const word = this.#words[this.#at++];
    if (word === undefined || signOf(word) !== undefined) throw new Error(`no value: ${JSON.stringify(word)}`);
    return word as EdnValue;
  }

  #takes(sign: string): boolean {
    if (signOf(this.#words[this.#at]) !== sign) return false;
    this.#at++;
    return true;
  }
}

function signOf(word: unknown): string | undefined {
  return typeof word === "object" && word !== null && "sign" in word ? String(word.sign) : undefined;
}
