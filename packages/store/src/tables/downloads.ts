import { utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { integerOf } from "../row.js";

/** A file of a message on its way to a place. */
export interface Download {
  readonly messageId: Uint8Array;
  /** Which of the message's attachments it is, from 0. */
  readonly part: number;
  /** The platform's word for where it goes. */
  readonly place: string;
}

/** Downloads that were begun: how many bytes of each are in their place for good. They go with their message. */
export class DownloadTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Undefined for one that was never begun. */
  done({ messageId, part, place }: Download): number | undefined {
    const row = this.#driver.get("SELECT done FROM downloads WHERE message_id = ? AND part = ? AND place = ?", [
      messageId,
      part,
      utf8(place),
    ]);
    return row && integerOf(row, "done");
  }

  set({ messageId, part, place }: Download, done: number): void {
    this.#driver.run(
      `INSERT INTO downloads (message_id, part, place, done) VALUES (?, ?, ?, ?)
       ON CONFLICT (message_id, part, place) DO UPDATE SET done = excluded.done`,
      [messageId, part, utf8(place), done],
    );
  }

  delete({ messageId, part, place }: Download): void {
    this.#driver.run("DELETE FROM downloads WHERE message_id = ? AND part = ? AND place = ?", [
      messageId,
      part,
      utf8(place),
    ]);
  }
}
