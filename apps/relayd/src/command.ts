import { type ParseArgsConfig, parseArgs } from "node:util";

/** Wrong usage: what is wrong, as a sentence. */
export class UsageError extends Error {}

/** One command of the program: how it is called, and what it does. */
export interface Command<Asked = unknown> {
  /** How it is called, as lines of the help. */
  readonly synopsis: string;
  /** What its options mean, as lines of the help. */
  readonly explanation: string;
  /**
   * Reads what follows the command's name.
   *
   * @throws UsageError
   */
  read(words: readonly string[]): Asked;
  /** Does what was asked. @returns the exit status of the process, which may go on */
  run(asked: Asked): Promise<0 | 1>;
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** The option that every command has: where the relay keeps its data. */
export const dataOption = { data: { type: "string", default: "./data" } } as const satisfies Options;

/**
 * Reads options, and operands, of which there are as many as have names.
 *
 * @param operandNames such as `FILE`
 * @throws UsageError
 */
export function readWords<O extends Options>(
  words: readonly string[],
  options: O,
  operandNames: readonly string[] = [],
): { readonly values: Values<O>; readonly operands: readonly string[] } {
  const { values, positionals } = parse(words, options);
  const missing = operandNames[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const more = positionals.slice(operandNames.length);
  if (more.length > 0) throw new UsageError(`unexpected: ${more.join(" ")}`);
  return { values, operands: positionals };
}

/** A whole number up to `most`. @throws UsageError */
export function integer(option: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new UsageError(`${option} is a whole number up to ${most}`);
  return value;
}

function parse<O extends Options>(words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
