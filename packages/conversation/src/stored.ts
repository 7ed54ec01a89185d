import { asSecret, type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import { decodePendingCommit, encodePendingCommit } from "@redoubt/mls";
import { ConversationError } from "./error.js";
import { decodeLogAccess, encodeLogAccess } from "./handover.js";
import type { LogAccess } from "./log-access.js";
import type { Position } from "./position.js";
import type { ConversationState, PendingChange } from "./state.js";
import type { TreePlace } from "./tree-place.js";

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
  readonly placeOffset: number;
  readonly begun: number;
  readonly leaving: readonly Uint8Array[];
  readonly said: ConversationState["said"];
}

export function encodeDetail(detail: ConversationDetail): Uint8Array {
  const { access, position, placeOffset, leaving, begun } = detail;
  const said = detail.said.map(({ key, seq }) => [key, seq]);
  const { seq, head } = position;
  return encodeCbor([version, encodeLogAccess(access), seq, head, placeOffset, [...leaving], begun, said]);
}

/** @throws ConversationError `malformed` */
export function decodeDetail(bytes: Uint8Array): ConversationDetail {
  const [, encoded, seq, head, placeOffset, leaving, begun, said] = asArray(bytes, "conversation");
  const { writeSeed, ...access } = decodeLogAccess(asBytes(encoded, "conversation"));
  if (
    typeof seq !== "number" ||
    typeof placeOffset !== "number" ||
    typeof begun !== "number" ||
    writeSeed === undefined ||
    !Array.isArray(leaving) ||
    !Array.isArray(said)
  ) {
    throw new ConversationError("malformed", "conversation");
  }
  return {
    access: { ...access, writeSeed },
    position: { seq, head: asBytes(head, "conversation") },
    placeOffset,
    begun,
    leaving: leaving.map((key) => asBytes(key, "conversation")),
    said: said.map((item) => {
      const [key, at] = Array.isArray(item) ? item : [];
      if (typeof at !== "number") throw new ConversationError("malformed", "conversation");
      return { key: asBytes(key, "conversation"), seq: at };
    }),
  };
}

/** A change that is on its way. Holds secrets. */
export function encodePendingChange({ entryId, commit, welcomes, ownerSeed, treePlace }: PendingChange): Uint8Array {
  const posted = welcomes.map(({ inboxId, welcome }) => [inboxId, welcome]);
  const place = treePlace === undefined ? null : [treePlace.blobId, treePlace.key, treePlace.size];
  return encodeCbor([version, entryId, encodePendingCommit(commit), posted, ownerSeed ?? null, place]);
}

/** @throws ConversationError `malformed` */
export function decodePendingChange(bytes: Uint8Array): PendingChange {
  const [, entryId, commit, welcomes, ownerSeed, place] = asArray(bytes, "pending change");
  if (!Array.isArray(welcomes)) throw new ConversationError("malformed", "pending change");
  return {
    entryId: asBytes(entryId, "pending change"),
    commit: decodePendingCommit(asBytes(commit, "pending change")),
    welcomes: welcomes.map((item) => {
      const [inboxId, welcome] = Array.isArray(item) ? item : [];
      return { inboxId: asBytes(inboxId, "pending change"), welcome: asBytes(welcome, "pending change") };
    }),
    ownerSeed: ownerSeed === null ? undefined : asSecret<32>(asBytes(ownerSeed, "pending change")),
    treePlace: place === null ? undefined : asTreePlace(place),
  };
}

function asTreePlace(value: CborValue | undefined): TreePlace {
  const [blobId, key, size] = Array.isArray(value) ? value : [];
  if (typeof size !== "number") throw new ConversationError("malformed", "pending change");
  return { blobId: asBytes(blobId, "pending change"), key: asSecret<32>(asBytes(key, "pending change")), size };
}
