/** What a column holds. */
export type RawValue = number | string | null | Uint8Array;

/** A row as it is stored, or what of it was asked for: by column. A body that is only named counts as its length. */
export type RawRow = ReadonlyMap<string, RawValue>;

/** Whose rows are asked for: by the account's id, or the log's, 32 bytes. */
export type RawSubject =
  | { readonly kind: "account"; readonly id: Uint8Array }
  | { readonly kind: "log"; readonly id: Uint8Array };

/** The rows as they are, for whoever must say what is held. Reads only. */
export interface RawStore {
  /** The account's id (32 bytes) by user name. */
  accountOf(username: string): Uint8Array | undefined;
  /** Every column that there is, as `table.column`. */
  columns(): readonly string[];
  /** The tables whose rows lead from such a subject. */
  tablesOf(kind: RawSubject["kind"]): readonly string[];
  /**
   * Rows of one table that are the subject's, in the order of their keys, a few in memory at a time.
   *
   * @param table one of `tablesOf` the subject's kind
   * @param columns to read, in this order; all of the table's
   * @param bodies whether large sealed bodies are read, or counted by their length alone
   */
  rows(
    table: string,
    subject: RawSubject,
    columns: readonly string[],
    bodies: "whole" | "named",
  ): Generator<RawRow, void, void>;
}
