import type { SqlDriver } from "../driver.js";
import { bytesOf, integerOf } from "../row.js";

/** The chained hash of a log up to an entry. */
export interface Head {
  readonly seq: number;
  /** 32 bytes. */
  readonly head: Uint8Array;
}

/** Heads kept of each conversation, to hold against those that others tell. */
const keptHeads = 512;

export class HeadTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Stores a head and drops those too old to keep. @throws StoreError `constraint` for a seq that has one */
  add(conversation: Uint8Array, { seq, head }: Head): void {
    this.#driver.run("INSERT INTO heads (conversation, seq, head) VALUES (?, ?, ?)", [conversation, seq, head]);
    this.#driver.run("DELETE FROM heads WHERE conversation = ? AND seq <= ?", [conversation, seq - keptHeads]);
  }

  at(conversation: Uint8Array, seq: number): Uint8Array | undefined {
    const row = this.#driver.get("SELECT head FROM heads WHERE conversation = ? AND seq = ?", [conversation, seq]);
    return row && bytesOf(row, "head");
  }

  /** Forgets those of entries after one: the log has others there. */
  deleteAfter(conversation: Uint8Array, seq: number): void {
    this.#driver.run("DELETE FROM heads WHERE conversation = ? AND seq > ?", [conversation, seq]);
  }

  /** Forgets all of a conversation: it goes on in another log. */
  clear(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM heads WHERE conversation = ?", [conversation]);
  }

  /** All that are kept, oldest first. */
  list(conversation: Uint8Array): Head[] {
    const rows = this.#driver.all("SELECT seq, head FROM heads WHERE conversation = ? ORDER BY seq", [conversation]);
    return rows.map((row) => ({ seq: integerOf(row, "seq"), head: bytesOf(row, "head") }));
  }

  latest(conversation: Uint8Array): Head | undefined {
    const sql = "SELECT seq, head FROM heads WHERE conversation = ? ORDER BY seq DESC LIMIT 1";
    const row = this.#driver.get(sql, [conversation]);
    return row && { seq: integerOf(row, "seq"), head: bytesOf(row, "head") };
  }
}
