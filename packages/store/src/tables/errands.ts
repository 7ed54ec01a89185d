import { utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { bytesOf, integerOf, textOf } from "../row.js";

/** Something to be sent elsewhere than to a log: welcomes and requests to inboxes, for instance. */
export interface Errand {
  readonly position: number;
  /** The caller's word for what it is. */
  readonly kind: string;
  /** In the caller's encoding. */
  readonly payload: Uint8Array;
}

/** Durable errands. They are deleted when done; until then they may be done again. */
export class ErrandTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @returns its position */
  add(kind: string, payload: Uint8Array): number {
    return this.#driver.run("INSERT INTO errands (kind, payload) VALUES (?, ?)", [utf8(kind), payload]).lastRowId;
  }

  /** In the order in which they were added. */
  list(): Errand[] {
    return this.#driver.all("SELECT position, kind, payload FROM errands ORDER BY position").map((row) => ({
      position: integerOf(row, "position"),
      kind: textOf(row, "kind"),
      payload: bytesOf(row, "payload"),
    }));
  }

  delete(position: number): void {
    this.#driver.run("DELETE FROM errands WHERE position = ?", [position]);
  }
}
