import { emptyBytes, utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, integerOf, optionalOf, placeOf } from "../row.js";
import {
  type MessageFate,
  type MessageState,
  messageColumns,
  messageFates,
  messagePlaces,
  messageStates,
  messageValues,
  readMessage,
  type StoredMessage,
} from "./message-row.js";

export type { MessageFate, MessageKind, MessageState, StoredMessage } from "./message-row.js";

/** How many targets one statement looks up. */
const targetsAtOnce = 64;

/** Messages in the log's order. Those that are not in the log come last, in the order in which they were written. */
export class MessageTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @throws StoreError `constraint` for an id, or a place in the log, that is taken */
  insert(message: StoredMessage): void {
    const sql = `INSERT INTO messages (${messageColumns}) VALUES (${messagePlaces})`;
    this.#driver.run(sql, messageValues(message));
  }

  get(id: Uint8Array): StoredMessage | undefined {
    const row = this.#driver.get(`SELECT ${messageColumns} FROM messages WHERE id = ?`, [id]);
    return row && readMessage(row);
  }

  /** The messages whose ids begin like this, at most two: enough to know whether one alone does. */
  beginningWith(conversation: Uint8Array, least: Uint8Array, most: Uint8Array): StoredMessage[] {
    const sql = `SELECT ${messageColumns} FROM messages WHERE id >= ? AND id <= ? AND conversation = ? AND kind = 0 LIMIT 2`;
    return this.#driver.all(sql, [least, most, conversation]).map(readMessage);
  }

  /**
   * A page of what is shown of the log, in order: the last messages, or the last before a place.
   *
   * @param page `before`: a place in the log; `limit`: how many at most
   */
  page(conversation: Uint8Array, page: { readonly before?: number; readonly limit: number }): StoredMessage[] {
    const rows = this.#driver.all(
      `SELECT ${messageColumns} FROM messages
       WHERE conversation = ? AND seq < ? AND seq IS NOT NULL AND kind = 0 AND fate < 2 ORDER BY seq DESC LIMIT ?`,
      [conversation, page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
    );
    return rows.map(readMessage).reverse();
  }

  /** The messages that have no place in the log, annotations among them: pending and failed. */
  unplaced(conversation: Uint8Array): StoredMessage[] {
    const sql = `SELECT ${messageColumns} FROM messages WHERE conversation = ? AND seq IS NULL ORDER BY position`;
    return this.#driver.all(sql, [conversation]).map(readMessage);
  }

  /** The last message that somebody else sent and that is still there, of the log up to a place. */
  lastReceived(conversation: Uint8Array, upTo = Number.MAX_SAFE_INTEGER): StoredMessage | undefined {
    const row = this.#driver.get(
      `SELECT ${messageColumns} FROM messages
       WHERE conversation = ? AND seq <= ? AND kind = 0 AND fate = 0 AND state = 2 ORDER BY seq DESC LIMIT 1`,
      [conversation, upTo],
    );
    return row && readMessage(row);
  }

  /** What was said about these messages, in the log's order, what is not in the log last; nothing that failed. */
  annotations(targets: readonly Uint8Array[]): StoredMessage[] {
    const places = Array.from({ length: targetsAtOnce }, () => "?").join(", ");
    const sql = `SELECT ${messageColumns} FROM messages
      WHERE target IN (${places}) AND target IS NOT NULL AND fate = 0 AND state <> 3 ORDER BY seq IS NULL, seq, position`;
    const found: StoredMessage[] = [];
    for (let i = 0; i < targets.length; i += targetsAtOnce) {
      const some = targets.slice(i, i + targetsAtOnce);
      const parameters = Array.from({ length: targetsAtOnce }, (_, j) => some[j] ?? null);
      found.push(...this.#driver.all(sql, parameters).map(readMessage));
    }
    return found;
  }

  /** Messages by their order of arrival, whatever they are. */
  afterPosition(position: number, limit: number): { readonly position: number; readonly message: StoredMessage }[] {
    const sql = `SELECT position, ${messageColumns} FROM messages WHERE position > ? ORDER BY position LIMIT ?`;
    const rows = this.#driver.all(sql, [position, limit]);
    return rows.map((row) => ({ position: integerOf(row, "position"), message: readMessage(row) }));
  }

  /**
   * Messages of our own that wait to be sealed, in the order in which they were written.
   *
   * @param conversation of all without one
   */
  unsealed(conversation?: Uint8Array): StoredMessage[] {
    const isOf = conversation === undefined ? "" : "AND conversation = ?";
    const rows = this.#driver.all(
      `SELECT ${messageColumns} FROM messages WHERE seq IS NULL AND state = ? ${isOf}
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.message_id = messages.id)
         AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.message_id = messages.id) ORDER BY position`,
      [placeOf(messageStates, "pending"), ...(conversation === undefined ? [] : [conversation])],
    );
    return rows.map(readMessage);
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

  /** Takes their places from what a device of ours has sent after a place in the log: it waits to be sealed anew. */
  unplace(conversation: Uint8Array, afterSeq: number, device: Uint8Array): void {
    const states = [placeOf(messageStates, "pending"), placeOf(messageStates, "sent")];
    this.#driver.run(
      `UPDATE messages SET seq = NULL, state = ?
       WHERE state = ? AND conversation = ? AND seq > ? AND sender_device = ? AND fate = 0`,
      [...states, conversation, afterSeq, device],
    );
    this.#driver.run(
      "UPDATE messages SET state = ? WHERE state = ? AND conversation = ? AND seq IS NULL AND sender_device = ?",
      [...states, conversation, device],
    );
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

  /** Overwrites the content of a message and of everything that was said about it, and takes it out of the index. */
  erase(id: Uint8Array, fate: Exclude<MessageFate, "kept">): void {
    const place = placeOf(messageFates, fate);
    const search = "DELETE FROM search_index WHERE rowid = (SELECT position FROM messages WHERE id = ?)";
    this.#driver.run(search, [id]);
    this.#driver.run("UPDATE messages SET content = ?, fate = ? WHERE id = ?", [emptyBytes, place, id]);
    this.#driver.run("UPDATE messages SET content = ?, fate = ? WHERE target = ? AND seq IS NOT NULL", [
      emptyBytes,
      place,
      id,
    ]);
  }

  /** Shows a message no more that still waits to be sent: its content goes when it has its place. */
  hideWaiting(id: Uint8Array): void {
    this.#driver.run("DELETE FROM search_index WHERE rowid = (SELECT position FROM messages WHERE id = ?)", [id]);
    this.#driver.run("UPDATE messages SET fate = ? WHERE id = ?", [placeOf(messageFates, "hidden"), id]);
  }

  setMentionsUs(id: Uint8Array, mentionsUs: boolean): void {
    this.#driver.run("UPDATE messages SET mentions_us = ? WHERE id = ?", [mentionsUs, id]);
  }

  /** Lets a message's time run from now, if it has a time and it does not run yet. @param now milliseconds */
  startExpiry(id: Uint8Array, now: number): void {
    this.#driver.run(
      "UPDATE messages SET expires_at = ? + 1000 * expires_after WHERE id = ? AND expires_after > 0 AND expires_at IS NULL",
      [now, id],
    );
  }

  /** The same for everything that was received up to a place in the log. */
  startExpiryUpTo(conversation: Uint8Array, seq: number, now: number): void {
    this.#driver.run(
      `UPDATE messages SET expires_at = ? + 1000 * expires_after
       WHERE conversation = ? AND seq <= ? AND kind = 0 AND fate = 0 AND state = 2
         AND expires_after > 0 AND expires_at IS NULL`,
      [now, conversation, seq],
    );
  }

  /** What is still there although its time has come; nothing that still waits to be sent. */
  expired(now: number, limit: number): { readonly id: Uint8Array; readonly conversation: Uint8Array }[] {
    const rows = this.#driver.all(
      `SELECT id, conversation FROM messages
       WHERE expires_at <= ? AND expires_at IS NOT NULL AND fate = 0 AND state <> 0 ORDER BY expires_at LIMIT ?`,
      [now, limit],
    );
    return rows.map((row) => ({ id: bytesOf(row, "id"), conversation: bytesOf(row, "conversation") }));
  }

  /** When the next message that may expire does, in milliseconds since 1970. */
  nextExpiry(): number | undefined {
    const row = this.#driver.get(
      "SELECT min(expires_at) AS at FROM messages WHERE expires_at IS NOT NULL AND fate = 0 AND state <> 0",
    );
    return row && optionalOf(row, "at", integerOf);
  }

  delete(id: Uint8Array): void {
    this.#driver.run("DELETE FROM messages WHERE id = ?", [id]);
  }
}
