import type { RawSubject } from "@redoubt/relay-core";

/** How the rows of a table are found and ordered. */
export interface RawTable {
  readonly kind: RawSubject["kind"];
  /** With one parameter: the subject's id. */
  readonly where: string;
  /** Columns that order the rows and are different for each of the subject's. */
  readonly key: readonly string[];
  /** Columns with large sealed bodies, which their owner can have in other ways. */
  readonly bodies?: readonly string[];
}
