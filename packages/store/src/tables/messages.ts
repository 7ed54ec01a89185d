import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, choiceOf, integerOf, optionalOf, orNull, placeOf, textOf } from "../row.js";

/** Stored by place: add at the end alone. */
const messageStates = ["pending", "sent", "received", "failed"] as const;

export type MessageState = (typeof messageStates)[number];

export interface StoredMessage {
  /** 32 bytes, as mimi-content derives it. */
  readonly id: Uint8Array;
  readonly conversation: Uint8Array;
  /** Its place in the log, once it has one. */
  readonly seq: number | undefined;
  readonly epoch: bigint;
  /** 32 bytes. */
  readonly senderAccount: Uint8Array;
  /** 16 bytes. */
  readonly senderDevice: Uint8Array;
  /** Milliseconds since 1970, by this device's clock. */
  readonly at: number;
  /** application/mimi-content. */
  readonly content: Uint8Array;
  readonly state: MessageState;
  /** The id of the message that it answers. */
  readonly replyTo: Uint8Array | undefined;
  /** Why it failed: an error code. */
  readonly reason: string | undefined;
}

const columns = "id, conversation, seq, epoch, sender_account, sender_device, at, content, state, reply_to, reason";

/** Messages in the log's order. Those that are not in the log come last, in the order in which they were written. */
export class MessageTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @throws StoreError `constraint` for an id, or a place in the log, that is taken */
  insert(message: StoredMessage): void {
    const epoch = Number(message.epoch);
    this.#driver.run(`INSERT INTO messages (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
      message.id,
      message.conversation,
      orNull(message.seq),
      epoch,
      message.senderAccount,
      message.senderDevice,
      message.at,
      message.content,
      placeOf(messageStates, message.state),
      orNull(message.replyTo),
      orNull(message.reason === undefined ? undefined : utf8(message.reason)),
    ]);
  }

  get(id: Uint8Array): StoredMessage | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM messages WHERE id = ?`, [id]);
    return row && readMessage(row);
  }

  /**
   * A page of the log's messages, in order: the last ones, or the last before a place.
   *
   * @param page `before`: a place in the log; `limit`: how many at most
   */
  page(conversation: Uint8Array, page: { readonly before?: number; readonly limit: number }): StoredMessage[] {
    const rows = this.#driver.all(
      `SELECT ${columns} FROM messages WHERE conversation = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      [conversation, page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
    );
    return rows.map(readMessage).reverse();
  }

  /** The log's messages behind a place, in order. */
  after(conversation: Uint8Array, seq: number, limit: number): StoredMessage[] {
    const rows = this.#driver.all(
      `SELECT ${columns} FROM messages WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?`,
      [conversation, seq, limit],
    );
    return rows.map(readMessage);
  }

  /** The messages that have no place in the log: pending and failed. */
  unplaced(conversation: Uint8Array): StoredMessage[] {
    const sql = `SELECT ${columns} FROM messages WHERE conversation = ? AND seq IS NULL ORDER BY position`;
    return this.#driver.all(sql, [conversation]).map(readMessage);
  }

  /** Gives a message of our own its place in the log. @throws StoreError `misuse`, `constraint` */
  place(id: Uint8Array, seq: number): void {
    const { changes } = this.#driver.run("UPDATE messages SET seq = ?, state = ?, reason = NULL WHERE id = ?", [
      seq,
      placeOf(messageStates, "sent"),
      id,
    ]);
    demand(changes === 1, "misuse", "no such message");
  }

  /** Says of a message of our own how it stands, and why. @throws StoreError `misuse` */
  setState(id: Uint8Array, state: MessageState, reason?: string): void {
    const { changes } = this.#driver.run("UPDATE messages SET state = ?, reason = ? WHERE id = ?", [
      placeOf(messageStates, state),
      reason === undefined ? null : utf8(reason),
      id,
    ]);
    demand(changes === 1, "misuse", "no such message");
  }

  delete(id: Uint8Array): void {
    this.#driver.run("DELETE FROM messages WHERE id = ?", [id]);
  }
}

function readMessage(row: SqlRow): StoredMessage {
  return {
    id: bytesOf(row, "id"),
    conversation: bytesOf(row, "conversation"),
    seq: optionalOf(row, "seq", integerOf),
    epoch: BigInt(integerOf(row, "epoch")),
    senderAccount: bytesOf(row, "sender_account"),
    senderDevice: bytesOf(row, "sender_device"),
    at: integerOf(row, "at"),
    content: bytesOf(row, "content"),
    state: choiceOf(row, "state", messageStates),
    replyTo: optionalOf(row, "reply_to", bytesOf),
    reason: optionalOf(row, "reason", textOf),
  };
}
