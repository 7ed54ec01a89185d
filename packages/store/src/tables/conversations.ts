import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlParameter, SqlRow } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, choiceOf, integerOf, optionalOf, orNull, placeOf, textOf } from "../row.js";

/** Stored by place: add at the end alone. */
export const conversationKinds = ["direct", "group", "channel", "self"] as const;
export const conversationStates = ["active", "request", "removed", "left", "blocked"] as const;

export type ConversationKind = (typeof conversationKinds)[number];
export type ConversationState = (typeof conversationStates)[number];

export interface StoredConversation {
  /** The MLS group id. */
  readonly id: Uint8Array;
  readonly kind: ConversationKind;
  readonly state: ConversationState;
  /** 32 bytes. */
  readonly logId: Uint8Array;
  /** What the conversation package encodes. Holds secrets. */
  readonly detail: Uint8Array;
  /** The last entry of the log that was processed; 0 before the first. */
  readonly cursorSeq: number;
  readonly title: string;
  /** The account that brought us in, if another did: 32 bytes. */
  readonly invitedBy: Uint8Array | undefined;
}

type Changeable = "state" | "detail" | "cursor_seq" | "title" | "log_id" | "invited_by";

const columns = "id, kind, state, log_id, detail, cursor_seq, title, invited_by";

export class ConversationTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @throws StoreError `constraint` for an id or a log that is there already */
  insert(conversation: StoredConversation): void {
    this.#driver.run(`INSERT INTO conversations (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
      conversation.id,
      placeOf(conversationKinds, conversation.kind),
      placeOf(conversationStates, conversation.state),
      conversation.logId,
      conversation.detail,
      conversation.cursorSeq,
      utf8(conversation.title),
      orNull(conversation.invitedBy),
    ]);
  }

  get(id: Uint8Array): StoredConversation | undefined {
    return this.#one("id", id);
  }

  byLog(logId: Uint8Array): StoredConversation | undefined {
    return this.#one("log_id", logId);
  }

  /** In the order in which they were inserted. */
  list(): StoredConversation[] {
    return this.#driver.all(`SELECT ${columns} FROM conversations ORDER BY position`).map(readConversation);
  }

  setState(id: Uint8Array, state: ConversationState): void {
    this.#update(id, "state", placeOf(conversationStates, state));
  }

  setDetail(id: Uint8Array, detail: Uint8Array): void {
    this.#update(id, "detail", detail);
  }

  setCursor(id: Uint8Array, seq: number): void {
    this.#update(id, "cursor_seq", seq);
  }

  /** Where the conversation's log is now. @throws StoreError `constraint` for a log that another one has */
  setLog(id: Uint8Array, logId: Uint8Array): void {
    this.#update(id, "log_id", logId);
  }

  setTitle(id: Uint8Array, title: string): void {
    this.#update(id, "title", utf8(title));
  }

  setInvitedBy(id: Uint8Array, account: Uint8Array | undefined): void {
    this.#update(id, "invited_by", orNull(account));
  }

  /** With its keys, messages, and whatever of it waits to be sent. */
  delete(id: Uint8Array): void {
    this.#driver.run("DELETE FROM conversations WHERE id = ?", [id]);
  }

  #one(column: "id" | "log_id", value: Uint8Array): StoredConversation | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM conversations WHERE ${column} = ?`, [value]);
    return row && readConversation(row);
  }

  /** A lost write must show: the conversation has to be there. */
  #update(id: Uint8Array, column: Changeable, value: SqlParameter): void {
    const { changes } = this.#driver.run(`UPDATE conversations SET ${column} = ? WHERE id = ?`, [value, id]);
    demand(changes === 1, "misuse", "no such conversation");
  }
}

function readConversation(row: SqlRow): StoredConversation {
  return {
    id: bytesOf(row, "id"),
    kind: choiceOf(row, "kind", conversationKinds),
    state: choiceOf(row, "state", conversationStates),
    logId: bytesOf(row, "log_id"),
    detail: bytesOf(row, "detail"),
    cursorSeq: integerOf(row, "cursor_seq"),
    title: textOf(row, "title"),
    invitedBy: optionalOf(row, "invited_by", bytesOf),
  };
}
