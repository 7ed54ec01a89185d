import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import { decodePendingCommit, encodePendingCommit } from "@redoubt/mls";
import { ConversationError } from "./error.js";
import { decodeLogAccess, encodeLogAccess, type LogAccess } from "./handover.js";
import type { Position } from "./position.js";
import type { PendingChange } from "./state.js";

const version = 1;

function asArray(bytes: Uint8Array, what: string): readonly CborValue[] {
  const value = decodeCbor(bytes);
  if (!Array.isArray(value) || value[0] !== version) throw new ConversationError("malformed", what);
  return value;
}

function asBytes(value: unknown, what: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new ConversationError("malformed", what);
  return value;
}

/** What a store keeps of a conversation beside its MLS state. Holds secrets. */
export interface ConversationDetail {
  readonly access: LogAccess;
  readonly position: Position;
}

export function encodeDetail({ access, position }: ConversationDetail): Uint8Array {
  return encodeCbor([version, encodeLogAccess(access), position.seq, position.head]);
}

/** @throws ConversationError `malformed` */
export function decodeDetail(bytes: Uint8Array): ConversationDetail {
  const [, access, seq, head] = asArray(bytes, "conversation");
  if (typeof seq !== "number") throw new ConversationError("malformed", "conversation");
  return {
    access: decodeLogAccess(asBytes(access, "conversation")),
    position: { seq, head: asBytes(head, "conversation") },
  };
}

/** A change that is on its way. Holds secrets. */
export function encodePendingChange({ entryId, commit, welcomes }: PendingChange): Uint8Array {
  const posted = welcomes.map(({ inboxId, welcome }) => [inboxId, welcome]);
  return encodeCbor([version, entryId, encodePendingCommit(commit), posted]);
}

/** @throws ConversationError `malformed` */
export function decodePendingChange(bytes: Uint8Array): PendingChange {
  const [, entryId, commit, welcomes] = asArray(bytes, "pending change");
  if (!Array.isArray(welcomes)) throw new ConversationError("malformed", "pending change");
  return {
    entryId: asBytes(entryId, "pending change"),
    commit: decodePendingCommit(asBytes(commit, "pending change")),
    welcomes: welcomes.map((item) => {
      const [inboxId, welcome] = Array.isArray(item) ? item : [];
      return { inboxId: asBytes(inboxId, "pending change"), welcome: asBytes(welcome, "pending change") };
    }),
  };
}
