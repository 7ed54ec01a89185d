import { decodeCbor, encodeCbor } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { bytesOf, integerOf } from "../row.js";

/** What a device has said of how it stands in a conversation. */
export interface StoredStanding {
  /** Its signature key, 32 bytes. */
  readonly device: Uint8Array;
  readonly epoch: bigint;
  /** Confirmed transcript hash. */
  readonly transcript: Uint8Array;
  /** Those of the epochs before. */
  readonly past: readonly Uint8Array[];
}

/** The last word of each device, while one asks whether all have seen the same log. */
export class StandingTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  set(conversation: Uint8Array, { device, epoch, transcript, past }: StoredStanding): void {
    this.#driver.run(
      `INSERT INTO standings (conversation, device, epoch, transcript, past) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (conversation, device) DO UPDATE
       SET epoch = excluded.epoch, transcript = excluded.transcript, past = excluded.past`,
      [conversation, device, Number(epoch), transcript, encodeCbor([...past])],
    );
  }

  list(conversation: Uint8Array): StoredStanding[] {
    const sql = "SELECT device, epoch, transcript, past FROM standings WHERE conversation = ? ORDER BY device";
    return this.#driver.all(sql, [conversation]).map((row) => ({
      device: bytesOf(row, "device"),
      epoch: BigInt(integerOf(row, "epoch")),
      transcript: bytesOf(row, "transcript"),
      past: decodeCbor(bytesOf(row, "past")) as Uint8Array[],
    }));
  }

  clear(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM standings WHERE conversation = ?", [conversation]);
  }
}
