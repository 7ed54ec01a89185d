import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, choiceOf, integerOf, optionalOf, orNull, placeOf, textOf } from "../row.js";

/** Stored by place: add at the end alone. */
const outboxStates = ["queued", "sent"] as const;

/** `sent`: the relay has acknowledged it, and it has not come back in the log yet. */
export type OutboxState = (typeof outboxStates)[number];

/** An entry to be appended to a conversation's log: always these bytes under this id, however often it is tried. */
export interface OutboxEntry {
  readonly conversation: Uint8Array;
  /** 16 bytes, drawn once. */
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
  /** The message that it carries, if it carries one: 32 bytes. */
  readonly messageId: Uint8Array | undefined;
  /** The caller's word for what it is. */
  readonly kind: string;
  /** The write key that the log is to change to with it: 32 bytes. */
  readonly rotateTo?: Uint8Array | undefined;
}

export interface QueuedEntry extends OutboxEntry {
  readonly position: number;
  readonly state: OutboxState;
}

const columns = "position, conversation, entry_id, bytes, message_id, state, kind, rotate_to";

/** The durable outbox: a queue for each conversation. */
export class OutboxTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /**
   * Puts an entry at the end of its conversation's queue.
   *
   * @returns its position
   * @throws StoreError `constraint` for an entry id that is there already
   */
  add(entry: OutboxEntry): number {
    const { lastRowId } = this.#driver.run(
      "INSERT INTO outbox (conversation, entry_id, bytes, message_id, state, kind, rotate_to) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        entry.conversation,
        entry.entryId,
        entry.bytes,
        orNull(entry.messageId),
        placeOf(outboxStates, "queued"),
        utf8(entry.kind),
        orNull(entry.rotateTo),
      ],
    );
    return lastRowId;
  }

  /** The first entry of the conversation that the relay has not acknowledged. */
  next(conversation: Uint8Array): QueuedEntry | undefined {
    const row = this.#driver.get(
      `SELECT ${columns} FROM outbox WHERE conversation = ? AND state = ? ORDER BY position LIMIT 1`,
      [conversation, placeOf(outboxStates, "queued")],
    );
    return row && readEntry(row);
  }

  /** The conversation's entries of either state, in order. */
  list(conversation: Uint8Array): QueuedEntry[] {
    const sql = `SELECT ${columns} FROM outbox WHERE conversation = ? ORDER BY position`;
    return this.#driver.all(sql, [conversation]).map(readEntry);
  }

  byEntryId(entryId: Uint8Array): QueuedEntry | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM outbox WHERE entry_id = ?`, [entryId]);
    return row && readEntry(row);
  }

  /** How many entries there are, of either state. */
  count(): number {
    const row = this.#driver.get("SELECT count(*) AS number FROM outbox");
    return row === undefined ? 0 : integerOf(row, "number");
  }

  /** The conversations that have entries to send, the one that waits longest first. */
  waiting(): Uint8Array[] {
    const rows = this.#driver.all(
      "SELECT conversation FROM outbox WHERE state = ? GROUP BY conversation ORDER BY min(position)",
      [placeOf(outboxStates, "queued")],
    );
    return rows.map((row) => bytesOf(row, "conversation"));
  }

  /** @throws StoreError `misuse` when there is no such entry */
  setState(position: number, state: OutboxState): void {
    const { changes } = this.#driver.run("UPDATE outbox SET state = ? WHERE position = ?", [
      placeOf(outboxStates, state),
      position,
    ]);
    demand(changes === 1, "misuse", "no such outbox entry");
  }

  delete(position: number): void {
    this.#driver.run("DELETE FROM outbox WHERE position = ?", [position]);
  }

  /** Takes every entry of a conversation out: its messages have to be sealed anew. */
  clear(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM outbox WHERE conversation = ?", [conversation]);
  }
}

function readEntry(row: SqlRow): QueuedEntry {
  return {
    position: integerOf(row, "position"),
    conversation: bytesOf(row, "conversation"),
    entryId: bytesOf(row, "entry_id"),
    bytes: bytesOf(row, "bytes"),
    messageId: optionalOf(row, "message_id", bytesOf),
    state: choiceOf(row, "state", outboxStates),
    kind: textOf(row, "kind"),
    rotateTo: optionalOf(row, "rotate_to", bytesOf),
  };
}
