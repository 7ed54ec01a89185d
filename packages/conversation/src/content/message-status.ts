import { emptyBytes, type Random } from "@redoubt/base";
import { CborReader, demand } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { mediaType } from "./media-types.js";
import type { MimiContent } from "./mimi-content.js";
import { disposition } from "./part.js";

/** What became of a message at somebody's (draft-mahy-mimi-message-status-01 §3). Others, up to 255, may come. */
export const messageStatus = {
  unread: 0,
  delivered: 1,
  read: 2,
  expired: 3,
  deleted: 4,
  hidden: 5,
  error: 6,
} as const;

/** One line of a report. */
export interface ReportedStatus {
  /** A message's id, 32 bytes. */
  readonly message: Uint8Array;
  /** One of `messageStatus`, or another number up to 255. */
  readonly status: number;
}

/** Lines of one report. Ours: the draft has no limit. */
export const maxReportedStatuses = 256;

/**
 * The encoding of a report (§4).
 *
 * @throws ConversationError `malformed` for more lines than `maxReportedStatuses`, or an id of another length
 */
export function encodeStatusReport(statuses: readonly ReportedStatus[]): Uint8Array {
  demand(statuses.length <= maxReportedStatuses, "a report that is too long");
  return cbor.array(
    ...statuses.map(({ message, status }) => cbor.array(cbor.bytes(message, 32), cbor.uint(status, 0xff))),
  );
}

/** @throws ConversationError `malformed` */
export function decodeStatusReport(bytes: Uint8Array): readonly ReportedStatus[] {
  const reader = new CborReader(bytes);
  const count = reader.array();
  demand(count <= maxReportedStatuses, "a report that is too long");
  const statuses = Array.from({ length: count }, () => {
    demand(reader.array() === 2, "a status of another length");
    return { message: reader.bytes(32), status: reader.uint(0xff) };
  });
  demand(reader.isDone, "bytes are left over");
  return statuses;
}

/**
 * A message that tells the others what became of theirs. Among us a line says the same of every earlier message of the
 * log, so that one line a status is enough.
 */
export function statusMessage(random: Random, statuses: readonly ReportedStatus[]): MimiContent {
  return signal(random, mediaType.status, encodeStatusReport(statuses));
}

/** A message that says that somebody types, or has stopped. */
export function typingMessage(random: Random, isTyping: boolean): MimiContent {
  return signal(random, mediaType.typing, cbor.bool(isTyping));
}

function signal(random: Random, contentType: string, content: Uint8Array): MimiContent {
  return {
    salt: random(16),
    replaces: undefined,
    topicId: emptyBytes,
    expires: undefined,
    inReplyTo: undefined,
    extensions: new Map(),
    body: { kind: "single", disposition: disposition.unspecified, language: "", contentType, content },
  };
}
