/** A piece of a line. */
export type Span =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "mention"; readonly name: string }
  /** `host` as ASCII where the text shows letters that look like others. */
  | { readonly kind: "link"; readonly text: string; readonly href: string; readonly host: string | undefined }
  | { readonly kind: "bold" | "italic" | "struck" | "spoiler"; readonly spans: readonly Span[] };

export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly spans: readonly Span[] }
  | { readonly kind: "code"; readonly text: string };

const marks = { "**": "bold", __: "italic", "~~": "struck", "||": "spoiler" } as const;
type Mark = keyof typeof marks;

/** Deeper marks stay as they were typed. */
const deepest = 4;
/** What a link may be made of: nothing that is invisible or turns the direction. */
const linkForm =
  /(?<![\p{L}\p{N}:])(?:https?:\/\/|mailto:)[^\s<>"\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]+/iu;
const token = new RegExp(
  `(?<code>\`[^\`\\n]+\`)|(?<mark>\\*\\*|__|~~|\\|\\|)|(?<link>${linkForm.source})|(?<mention>(?<![\\p{L}\\p{N}_@])@[a-z][a-z0-9_]{2,31}(?![\\p{L}\\p{N}_]))`,
  "giu",
);
const afterLink = /[.,;:!?'")\]}*~|]+$/u;

/**
 * What was typed, as blocks and spans: nothing in it is ever read as HTML. Marks without a partner stay text. Of links,
 * only http, https and mailto are ones.
 *
 * @param mentions user names that are mentions here; other `@names` are text
 */
export function parseText(text: string, mentions: ReadonlySet<string>): readonly Block[] {
  const blocks: Block[] = [];
  const parts = text.split("```");
  for (const [i, part] of parts.entries()) {
    const isFenced = i % 2 === 1 && parts.length > i + 1;
    if (isFenced) blocks.push({ kind: "code", text: part.replace(/^\n|\n$/g, "") });
    else blocks.push(...lines(i % 2 === 1 ? `\`\`\`${part}` : part, mentions));
  }
  return blocks;
}

function lines(text: string, mentions: ReadonlySet<string>): readonly Block[] {
  const runs: { kind: "paragraph" | "quote"; lines: string[] }[] = [];
  for (const line of text.replace(/^\n|\n$/g, "").split("\n")) {
    const isQuote = /^> ?/.test(line);
    const kind = isQuote ? "quote" : "paragraph";
    const content = isQuote ? line.replace(/^> ?/, "") : line;
    const last = runs.at(-1);
    if (last?.kind === kind) last.lines.push(content);
    else runs.push({ kind, lines: [content] });
  }
  return runs
    .filter(({ kind, lines: [first], lines: { length } }) => kind === "quote" || length > 1 || first !== "")
    .map(({ kind, lines: content }) => ({ kind, spans: inline(content.join("\n"), mentions, 0) }));
}

function inline(text: string, mentions: ReadonlySet<string>, depth: number): readonly Span[] {
  const spans: Span[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") spans.push({ kind: "text", text: plain });
    plain = "";
  };
  const finder = new RegExp(token);
  let at = 0;
  for (let found = finder.exec(text); found !== null; found = finder.exec(text)) {
    plain += text.slice(at, found.index);
    const span = spanOf(found, text, mentions, depth);
    if (span === undefined) plain += found[0];
    else {
      flush();
      spans.push(span.span);
    }
    at = found.index + (span?.length ?? found[0].length);
    finder.lastIndex = at;
  }
  plain += text.slice(at);
  flush();
  return spans;
}

function spanOf(
  found: RegExpExecArray,
  text: string,
  mentions: ReadonlySet<string>,
  depth: number,
): { readonly span: Span; readonly length: number } | undefined {
  const { code, mark, link, mention } = found.groups ?? {};
  if (code !== undefined) return { span: { kind: "code", text: code.slice(1, -1) }, length: code.length };
  if (link !== undefined) return linkSpan(link);
  if (mention !== undefined) {
    const name = mention.slice(1).toLowerCase();
    return mentions.has(name) ? { span: { kind: "mention", name }, length: mention.length } : undefined;
  }
  if (mark === undefined || depth >= deepest) return undefined;
  const from = found.index + mark.length;
  const end = text.indexOf(mark, from);
  const inner = end < 0 ? "" : text.slice(from, end);
  if (inner.trim() === "" || inner.includes("\n\n")) return undefined;
  const span: Span = { kind: marks[mark as Mark], spans: inline(inner, mentions, depth + 1) };
  return { span, length: inner.length + 2 * mark.length };
}

function linkSpan(found: string): { readonly span: Span; readonly length: number } | undefined {
  const text = found.replace(afterLink, "");
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!["https:", "http:", "mailto:"].includes(url.protocol)) return undefined;
  // What stands before an @ looks like the host and is not.
  if (url.protocol !== "mailto:" && (url.username !== "" || url.password !== "")) return undefined;
  const isPlain = /^[\u0021-\u007e]*$/.test(text.split(/[/?#]/)[2] ?? "");
  return { span: { kind: "link", text, href: url.href, host: isPlain ? undefined : url.host }, length: text.length };
}

const emoji = /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}{2}$)/u;

/** Whether a text is nothing but a few emoji, which are shown large. */
export function isJumbo(text: string): boolean {
  if (text.length > 40) return false;
  const graphemes = [...new Intl.Segmenter().segment(text.trim())].map(({ segment }) => segment);
  return graphemes.length > 0 && graphemes.length <= 3 && graphemes.every((one) => emoji.test(one));
}

/** A text in one line, without its marks: for the list and for quotes. */
export function plainText(text: string): string {
  return text
    .slice(0, 300)
    .replaceAll(/\|\|[^|]+\|\|/g, "▒▒▒")
    .replaceAll(/\*\*|__|~~|`/g, "")
    .replaceAll(/^> ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
