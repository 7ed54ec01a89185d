import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, integerOf, textOf } from "../row.js";

/** A conversation that this device has asked to be brought into anew. */
export interface Rejoin {
  readonly conversation: Uint8Array;
  /** Reference of the key package that a welcome is to be for. */
  readonly keyPackage: Uint8Array;
  /** The caller's word for why. */
  readonly reason: string;
  /** The last entry of the log that was processed: what came behind it may be lost. */
  readonly afterSeq: number;
}

export class RejoinTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(conversation: Uint8Array): Rejoin | undefined {
    const row = this.#driver.get("SELECT * FROM rejoins WHERE conversation = ?", [conversation]);
    return row && readRejoin(row);
  }

  /** Asks anew in the place of an earlier time; what may be lost is counted from the first. */
  set({ conversation, keyPackage, reason, afterSeq }: Rejoin): void {
    this.#driver.run(
      `INSERT INTO rejoins (conversation, key_package, reason, after_seq) VALUES (?, ?, ?, ?)
       ON CONFLICT (conversation) DO UPDATE SET key_package = excluded.key_package, reason = excluded.reason`,
      [conversation, keyPackage, utf8(reason), afterSeq],
    );
  }

  delete(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM rejoins WHERE conversation = ?", [conversation]);
  }

  list(): Rejoin[] {
    return this.#driver.all("SELECT * FROM rejoins ORDER BY conversation").map(readRejoin);
  }
}

function readRejoin(row: SqlRow): Rejoin {
  return {
    conversation: bytesOf(row, "conversation"),
    keyPackage: bytesOf(row, "key_package"),
    reason: textOf(row, "reason"),
    afterSeq: integerOf(row, "after_seq"),
  };
}
