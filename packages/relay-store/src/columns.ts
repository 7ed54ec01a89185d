import type { SqlRow } from "./driver.js";

/** A column that is a blob and not null, by the schema. */
export function blob(row: SqlRow, column: number): Uint8Array {
  return row[column] as Uint8Array;
}

/** A column that is an integer and not null, by the schema. */
export function integer(row: SqlRow, column: number): number {
  return row[column] as number;
}
