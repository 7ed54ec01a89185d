import { fromUtf8 } from "@redoubt/base";
import type { SqlRow, SqlValue } from "./driver.js";
import { StoreError } from "./error.js";

/**
 * Reads columns of a row. What is stored is of one type by the schema, so anything else is a damaged file.
 *
 * @throws StoreError `damaged` from each
 */
export function bytesOf(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw damaged(column);
  return value;
}

export function integerOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (!Number.isSafeInteger(value)) throw damaged(column);
  return value as number;
}

/** Text is stored as its UTF-8: libsql ends the process at a TEXT value that is not well-formed. */
export function textOf(row: SqlRow, column: string): string {
  const text = fromUtf8(bytesOf(row, column));
  if (text === undefined) throw damaged(column);
  return text;
}

export function flagOf(row: SqlRow, column: string): boolean {
  return choiceOf(row, column, [false, true]);
}

/** A value that is stored as its place in a list. Lists grow at their end alone. */
export function choiceOf<T>(row: SqlRow, column: string, choices: readonly T[]): T {
  const place = integerOf(row, column);
  if (!Object.hasOwn(choices, place)) throw damaged(column);
  return choices[place] as T;
}

/** What a reader gives, or `undefined` for NULL. */
export function optionalOf<T>(row: SqlRow, column: string, read: (row: SqlRow, column: string) => T): T | undefined {
  return row[column] === null ? undefined : read(row, column);
}

/** The place under which a choice is stored. */
export function placeOf<T>(choices: readonly T[], choice: T): number {
  const place = choices.indexOf(choice);
  if (place < 0) throw new StoreError("misuse", "a value that is none of the choices");
  return place;
}

/** NULL for what is left out. */
export function orNull<T extends SqlValue>(value: T | undefined): T | null {
  return value ?? null;
}

function damaged(column: string): StoreError {
  return new StoreError("damaged", `column ${column}`);
}
