import { asSecret, type CborValue, concatBytes, decodeCbor, encodeCbor, type Secret, utf8 } from "@redoubt/base";
import { type Extension, type Extensions, exportSecret, findExtension, type Group } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";
import type { LogAccess } from "./log-access.js";
import type { Position } from "./position.js";

const version = 1;
const maxOrigin = 255;

/** What is handed over of the access to a log: what is left out is derived from the epoch, or not for newcomers. */
export interface Handover extends Omit<LogAccess, "writeSeed"> {
  readonly writeSeed: Secret<32> | undefined;
}

export function encodeLogAccess(access: Handover): Uint8Array {
  const { relay, logId, logSecret, writeSeed, ownerSeed } = access;
  return encodeCbor([version, relay, logId, logSecret, writeSeed ?? null, ownerSeed ?? null]);
}

/** @throws ConversationError `malformed` */
export function decodeLogAccess(bytes: Uint8Array): Handover {
  const value = decodeCbor(bytes);
  const [v, relay, logId, logSecret, writeSeed, ownerSeed, ...rest] = Array.isArray(value) ? value : [];
  const isValid =
    v === version &&
    typeof relay === "string" &&
    utf8(relay).length <= maxOrigin &&
    is32(logId) &&
    is32(logSecret) &&
    (writeSeed === null || is32(writeSeed)) &&
    (ownerSeed === null || is32(ownerSeed)) &&
    rest.length === 0;
  if (!isValid) throw new ConversationError("malformed", "handover");
  return {
    relay,
    logId,
    logSecret: asSecret<32>(logSecret),
    writeSeed: writeSeed === null ? undefined : asSecret<32>(writeSeed),
    ownerSeed: ownerSeed === null ? undefined : asSecret<32>(ownerSeed),
  };
}

function is32(field: CborValue | undefined): field is Uint8Array {
  return field instanceof Uint8Array && field.length === 32;
}

/** The group info extension that hands the log over to newcomers; it travels inside the encrypted group info. */
export function handoverExtension(handover: Handover): Extension {
  return { type: redoubtExtension.handover, data: encodeLogAccess(handover) };
}

/** @throws ConversationError `malformed` */
export function readHandover(extensions: Extensions): Handover {
  const data = findExtension(extensions, redoubtExtension.handover);
  if (data === undefined) throw new ConversationError("malformed", "the welcome does not say where the log is");
  return decodeLogAccess(data);
}

const aead = "ChaCha20-Poly1305";
const positionLabel = "redoubt position";
const positionAad = utf8("redoubt/position/v1");
const maxLeaving = 1_000;

/** Where a newcomer begins: what is known only once the commit has its place, after the welcome was made. */
export interface Start {
  readonly position: Position;
  /** Signature keys of members who have said that they leave. */
  readonly leaving: readonly Uint8Array[];
}

function positionKey(context: ConversationContext, group: Group): Secret {
  return exportSecret(context.mls.suite, group, positionLabel, new Uint8Array(0), 32);
}

/** Seals the start of an epoch for the members of that epoch. */
export function sealStart(context: ConversationContext, group: Group, { position, leaving }: Start): Uint8Array {
  const key = positionKey(context, group);
  const nonce = context.random(12);
  const content = encodeCbor([position.seq, position.head, [...leaving]]);
  const sealed = context.provider.aeadSeal(aead, key, nonce, positionAad, content);
  key.fill(0);
  return concatBytes(nonce, sealed);
}

/** @throws ConversationError `malformed` if no member of the epoch sealed it */
export function openStart(context: ConversationContext, group: Group, bytes: Uint8Array): Start {
  const key = positionKey(context, group);
  const opened = context.provider.aeadOpen(aead, key, bytes.subarray(0, 12), positionAad, bytes.subarray(12));
  key.fill(0);
  const value = opened === undefined ? undefined : decodeCbor(opened);
  const [seq, head, leaving, ...rest] = Array.isArray(value) ? value : [];
  const isValid =
    typeof seq === "number" &&
    seq >= 0 &&
    is32(head) &&
    Array.isArray(leaving) &&
    leaving.length <= maxLeaving &&
    leaving.every(is32) &&
    rest.length === 0;
  if (!isValid) throw new ConversationError("malformed", "position");
  return { position: { seq, head }, leaving: leaving as Uint8Array[] };
}
