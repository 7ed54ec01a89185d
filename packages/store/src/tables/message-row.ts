import { utf8 } from "@redoubt/base";
import type { SqlRow, SqlValue } from "../driver.js";
import { bytesOf, choiceOf, flagOf, integerOf, optionalOf, orNull, placeOf, textOf } from "../row.js";

/** Stored by place: add at the end alone. Indexes of the schema name these places. */
export const messageStates = ["pending", "sent", "received", "failed"] as const;
const messageKinds = ["shown", "annotation"] as const;
export const messageFates = ["kept", "deleted", "hidden", "expired"] as const;

export type MessageState = (typeof messageStates)[number];

/** A message of its own, or something that was said about one: an edit, a deletion, a reaction. */
export type MessageKind = (typeof messageKinds)[number];

/**
 * `deleted` for everybody, which is shown; `hidden` here alone, and `expired`: neither is shown. Of what is not kept the
 * content is gone; the row stays, so that what comes again is known.
 */
export type MessageFate = (typeof messageFates)[number];

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
  /** application/mimi-content; empty once it is gone. */
  readonly content: Uint8Array;
  readonly state: MessageState;
  /** The id of the message that it answers. */
  readonly replyTo: Uint8Array | undefined;
  /** Why it failed: an error code. */
  readonly reason: string | undefined;
  readonly kind: MessageKind;
  readonly fate: MessageFate;
  /** The message that an annotation is about, whatever version of it was named. */
  readonly target: Uint8Array | undefined;
  readonly thread: Uint8Array | undefined;
  /** Whether it mentions this account. */
  readonly mentionsUs: boolean;
  /** Seconds that it has from being read, or, of our own, from being sent. */
  readonly expiresAfter: number | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

const names = [
  "id",
  "conversation",
  "seq",
  "epoch",
  "sender_account",
  "sender_device",
  "at",
  "content",
  "state",
  "reply_to",
  "reason",
  "kind",
  "fate",
  "target",
  "thread",
  "mentions_us",
  "expires_after",
  "expires_at",
] as const;

export const messageColumns = names.join(", ");
export const messagePlaces = names.map(() => "?").join(", ");

/** The columns of a message of a table that goes by another name, as `readMessage` expects them. */
export function messageColumnsOf(table: string): string {
  return names.map((name) => `${table}.${name} AS ${name}`).join(", ");
}

/** The values of `messageColumns`. */
export function messageValues(message: StoredMessage): (SqlValue | boolean)[] {
  return [
    message.id,
    message.conversation,
    orNull(message.seq),
    Number(message.epoch),
    message.senderAccount,
    message.senderDevice,
    message.at,
    message.content,
    placeOf(messageStates, message.state),
    orNull(message.replyTo),
    orNull(message.reason === undefined ? undefined : utf8(message.reason)),
    placeOf(messageKinds, message.kind),
    placeOf(messageFates, message.fate),
    orNull(message.target),
    orNull(message.thread),
    message.mentionsUs,
    orNull(message.expiresAfter),
    orNull(message.expiresAt),
  ];
}

export function readMessage(row: SqlRow): StoredMessage {
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
    kind: choiceOf(row, "kind", messageKinds),
    fate: choiceOf(row, "fate", messageFates),
    target: optionalOf(row, "target", bytesOf),
    thread: optionalOf(row, "thread", bytesOf),
    mentionsUs: flagOf(row, "mentions_us"),
    expiresAfter: optionalOf(row, "expires_after", integerOf),
    expiresAt: optionalOf(row, "expires_at", integerOf),
  };
}
