import { UsageError } from "./usage-error.js";

/** What a command takes, as its usage line says it: `CONV TEXT [--reply ID] [--confirm]`. */
interface Syntax {
  /** Names of the arguments, all of them needed. */
  readonly needed: readonly string[];
  /** Options and whether they take a value. */
  readonly options: ReadonlyMap<string, boolean>;
}

/** What was typed, held against the usage line. Options have their dashes: `--limit`; flags have no value. */
export interface Arguments {
  readonly command: string;
  readonly values: readonly string[];
  readonly options: ReadonlyMap<string, string | undefined>;
}

/** Options that stand before or after any command. */
export const globalUsage = "[--home DIR] [--relay URL] [--json]";

function readSyntax(usage: string): Syntax {
  const options = new Map<string, boolean>();
  const needed = usage.replaceAll(/\[(--[a-z-]+)( [A-Za-z|]+)?\]/g, (_, name: string, value?: string) => {
    options.set(name, value !== undefined);
    return "";
  });
  return { needed: needed.split(" ").filter((word) => word !== ""), options };
}

/**
 * Reads a command and what belongs to it, strictly. `--name value` and `--name=value` are the same; all that follows
 * `--` are arguments.
 *
 * @param words as typed, without the program
 * @param usageOf the usage line of a command; `undefined` for one that does not exist
 * @param everywhere usage of the options that any command takes
 * @throws UsageError
 */
export function parseArguments(
  words: readonly string[],
  usageOf: (command: string) => string | undefined,
  everywhere = globalUsage,
): Arguments {
  const allowed = new Map(readSyntax(everywhere).options);
  const options = new Map<string, string | undefined>();
  const values: string[] = [];
  let command: string | undefined;
  let syntax: Syntax | undefined;
  let areOptionsOver = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === "--" && !areOptionsOver) {
      areOptionsOver = true;
    } else if (word.startsWith("--") && !areOptionsOver) {
      const { name, value } = splitOption(word);
      const takesValue = allowed.get(name);
      if (takesValue === undefined) throw new UsageError("unknown-option", name);
      if (options.has(name)) throw new UsageError("repeated-option", name);
      if (!takesValue && value !== undefined) throw new UsageError("bad-value", `${name} takes none`);
      options.set(name, takesValue ? (value ?? nextValue(words, ++at, name)) : undefined);
    } else if (command === undefined) {
      command = word;
      const usage = usageOf(word);
      if (usage === undefined) throw new UsageError("unknown-command", word);
      syntax = readSyntax(usage);
      for (const [name, takesValue] of syntax.options) allowed.set(name, takesValue);
    } else {
      values.push(word);
    }
  }
  if (command === undefined || syntax === undefined) throw new UsageError("missing-command");
  const missing = syntax.needed[values.length];
  if (missing !== undefined) throw new UsageError("missing-argument", missing);
  const surplus = values[syntax.needed.length];
  if (surplus !== undefined) throw new UsageError("surplus-argument", surplus);
  return { command, values, options };
}

function splitOption(word: string): { name: string; value: string | undefined } {
  const at = word.indexOf("=");
  return at < 0 ? { name: word, value: undefined } : { name: word.slice(0, at), value: word.slice(at + 1) };
}

function nextValue(words: readonly string[], at: number, name: string): string {
  const value = words[at];
  if (value === undefined) throw new UsageError("missing-value", name);
  return value;
}

/** @throws UsageError `bad-value` for anything but a whole number of at least `least` */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new UsageError("bad-value", `${name} ${text}`);
  return value;
}

/** A time in seconds, in milliseconds. @throws UsageError `bad-value` */
export function secondsOf(name: string, text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) throw new UsageError("bad-value", `${name} ${text}`);
  return Math.round(Number(text) * 1_000);
}
