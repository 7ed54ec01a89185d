import type { RawSubject } from "@redoubt/relay-core";

/** How the rows of a table are found and ordered. */
export interface RawTable {
  readonly kind: RawSubject["kind"];
  /** What lists the keys that lead to the rows, where they are not the subject's id. With one parameter: that id. */
  readonly through?: string;
  /** With one parameter: the subject's id, or a key that leads to the rows. */
  readonly where: string;
  /** Columns that order the rows and are different for each of the subject's. */
  readonly key: readonly string[];
  /** Columns with large sealed bodies, which their owner can have in other ways. */
  readonly bodies?: readonly string[];
}
