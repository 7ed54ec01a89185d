import { CodedError } from "@redoubt/base";
import type { Terminal } from "./terminal.js";
import { colourStyle, plainStyle, printable, type Style } from "./text.js";

/** Where the results of a command go. */
export interface Output {
  /**
   * One result.
   *
   * @param record the fields of the contract, for programs
   * @param text the same for people; nothing is said where it is empty
   */
  result(record: object, text: (style: Style) => string): void;
  /** What only people are told. */
  remark(text: string): void;
}

// JSON escapes C0 alone; a terminal obeys C1 and DEL as well.
const unescaped = /[\p{Cc}\u2028\u2029]/gu;

/** One line of JSON, without its line feed, that is safe to show. A field that is undefined is null. */
export function jsonLine(record: object): string {
  const text = JSON.stringify(record, (_, value: unknown) => (value === undefined ? null : value));
  return text.replaceAll(unescaped, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Output for programs: one object a line. */
export function jsonOutput(terminal: Terminal): Output {
  return {
    result: (record) => void terminal.output.write(`${jsonLine(record)}\n`),
    remark: () => undefined,
  };
}

/** Output for people. */
export function peopleOutput(terminal: Terminal, isColoured: boolean): Output {
  const style = isColoured ? colourStyle : plainStyle;
  const say = (text: string) => {
    if (text !== "") terminal.output.write(`${text}\n`);
  };
  return { result: (_, text) => say(text(style)), remark: say };
}

/** What is known of an error: of one that nobody foresaw, its message. */
export function errorRecord(error: unknown): { code: string; message: string; retry: boolean } {
  if (error instanceof CodedError) return error.toJSON();
  return { code: "failed", message: error instanceof Error ? error.message : String(error), retry: false };
}

/** The one line on stderr that a command fails with. */
export function errorLine(error: unknown, isJson: boolean): string {
  const record = errorRecord(error);
  return isJson ? jsonLine({ error: record }) : `redoubt: ${printable(record.message)}`;
}
