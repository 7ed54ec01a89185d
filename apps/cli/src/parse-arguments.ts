import { UsageError } from "./usage-error.js";

/** What a command takes, as its usage line says it: `CONV TEXT [--reply ID] [--confirm]`. */
interface Syntax {
  /** Names of the arguments, all of them needed. One of lower-case words, as in `on|off`, is one of those words. */
  readonly needed: readonly string[];
  /** Whether the last argument, which ends in `...`, may stand there several times. */
  readonly isOpen: boolean;
  /** Options, and what value they take. */
  readonly options: ReadonlyMap<string, string | undefined>;
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
  const options = new Map<string, string | undefined>();
  const needed = usage.replaceAll(/\[(--[a-z-]+)(?: ([A-Za-z|]+))?\]/g, (_, name: string, value?: string) => {
    options.set(name, value);
    return "";
  });
  const names = needed.split(" ").filter((word) => word !== "");
  const isOpen = names.at(-1)?.endsWith("...") === true;
  return { needed: names.map((name) => name.replace(/\.\.\.$/, "")), isOpen, options };
}

/** Commands by name: one word, or two with a space between. */
export type Grammar = ReadonlyMap<string, { readonly usage: string }>;

/**
 * Reads a command and what belongs to it, strictly. `--name value` and `--name=value` are the same; all that follows
 * `--` are arguments.
 *
 * @param words as typed, without the program
 * @param everywhere usage of the options that any command takes
 * @throws UsageError
 */
export function parseArguments(words: readonly string[], grammar: Grammar, everywhere = globalUsage): Arguments {
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
      if (!allowed.has(name)) throw new UsageError("unknown-option", name);
      if (options.has(name)) throw new UsageError("repeated-option", name);
      const form = allowed.get(name);
      if (form === undefined && value !== undefined) throw new UsageError("bad-value", `${name} takes none`);
      options.set(name, form && demandWord(form, value ?? nextValue(words, ++at, name), name));
    } else if (syntax === undefined) {
      if (word.includes(" ")) throw new UsageError("unknown-command", word);
      command = command === undefined ? word : `${command} ${word}`;
      syntax = syntaxOf(grammar, command);
      for (const [name, form] of syntax?.options ?? []) allowed.set(name, form);
    } else {
      values.push(word);
    }
  }
  if (command === undefined || syntax === undefined) throw new UsageError("missing-command", command);
  demandArguments(syntax, values);
  return { command, values, options };
}

/** @returns undefined for the first word of commands of two. @throws UsageError `unknown-command` */
function syntaxOf(grammar: Grammar, command: string): Syntax | undefined {
  const found = grammar.get(command);
  if (found !== undefined) return readSyntax(found.usage);
  if ([...grammar.keys()].some((name) => name.startsWith(`${command} `))) return undefined;
  throw new UsageError("unknown-command", command);
}

function demandArguments({ needed, isOpen }: Syntax, values: readonly string[]): void {
  const missing = needed[values.length];
  if (missing !== undefined) throw new UsageError("missing-argument", missing);
  const surplus = values[needed.length];
  if (surplus !== undefined && !isOpen) throw new UsageError("surplus-argument", surplus);
  for (const [at, form] of needed.entries()) demandWord(form, values[at] as string);
}

/** @throws UsageError `bad-value` for none of the words that a form such as `on|off` has */
function demandWord(form: string, value: string, name = form): string {
  const isChoice = /^[a-z]+(?:\|[a-z]+)+$/.test(form);
  if (isChoice && !form.split("|").includes(value)) throw new UsageError("bad-value", `${name} ${value}`);
  return value;
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

/** @throws UsageError `bad-value` for anything but a whole number from `least` to `most` */
export function wholeNumber(name: string, text: string, least: number, most = 999_999_999): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value > most) throw new UsageError("bad-value", `${name} ${text}: ${most} at most`);
  if (!(value >= least)) throw new UsageError("bad-value", `${name} ${text}`);
  return value;
}

/** A time in seconds, in milliseconds. @throws UsageError `bad-value` */
export function secondsOf(name: string, text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) throw new UsageError("bad-value", `${name} ${text}`);
  return Math.round(Number(text) * 1_000);
}
