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
  /** When it asked last, in milliseconds of the Unix epoch. */
  readonly askedAt: number;
}

export interface StoredRejoin extends Rejoin {
  /** How often it has asked. */
  readonly times: number;
}

export class RejoinTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(conversation: Uint8Array): StoredRejoin | undefined {
    const row = this.#driver.get("SELECT * FROM rejoins WHERE conversation = ?", [conversation]);
    return row && readRejoin(row);
  }

  /** Asks anew in the place of an earlier time; what may be lost is counted from the first. */
  set({ conversation, keyPackage, reason, afterSeq, askedAt }: Rejoin): void {
    this.#driver.run(
      `INSERT INTO rejoins (conversation, key_package, reason, after_seq, asked_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (conversation) DO UPDATE SET key_package = excluded.key_package, reason = excluded.reason,
         asked_at = excluded.asked_at, times = times + 1`,
      [conversation, keyPackage, utf8(reason), afterSeq, askedAt],
    );
  }

  delete(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM rejoins WHERE conversation = ?", [conversation]);
  }

  list(): StoredRejoin[] {
    return this.#driver.all("SELECT * FROM rejoins ORDER BY conversation").map(readRejoin);
  }
}

function readRejoin(row: SqlRow): StoredRejoin {
  return {
    conversation: bytesOf(row, "conversation"),
    keyPackage: bytesOf(row, "key_package"),
    reason: textOf(row, "reason"),
    afterSeq: integerOf(row, "after_seq"),
    askedAt: integerOf(row, "asked_at"),
    times: integerOf(row, "times"),
  };
}
