import { asSecret, concatBytes, decodeCbor, encodeCbor, type Secret, utf8 } from "@redoubt/base";
import { type Extension, type Extensions, exportSecret, findExtension, type Group } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";
import type { Position } from "./position.js";

/** How a conversation's log is found, read and written. Every member has the same. */
export interface LogAccess {
  /** Origin of the relay that keeps the log. */
  readonly relay: string;
  /** 32 random bytes: whoever knows them can read the sealed entries. */
  readonly logId: Uint8Array;
  /** Opens the envelopes. */
  readonly logSecret: Secret<32>;
  /** Seed of the Ed25519 key that the relay lets append. */
  readonly writeSeed: Secret<32>;
  /** How often the write key was rotated. */
  readonly rotation: number;
  /** Seed of the Ed25519 key that resets the write key and deletes the log: both sides of a direct chat own it. */
  readonly ownerSeed: Secret<32>;
}

const version = 1;
const maxOrigin = 255;

export function encodeLogAccess(access: LogAccess): Uint8Array {
  const { relay, logId, logSecret, writeSeed, rotation, ownerSeed } = access;
  return encodeCbor([version, relay, logId, logSecret, writeSeed, rotation, ownerSeed]);
}

/** @throws ConversationError `malformed` */
export function decodeLogAccess(bytes: Uint8Array): LogAccess {
  const value = decodeCbor(bytes);
  const [v, relay, logId, logSecret, writeSeed, rotation, ownerSeed] = Array.isArray(value) ? value : [];
  const is32 = (field: unknown): field is Uint8Array => field instanceof Uint8Array && field.length === 32;
  const isValid =
    v === version &&
    typeof relay === "string" &&
    relay.length <= maxOrigin &&
    is32(logId) &&
    is32(logSecret) &&
    is32(writeSeed) &&
    is32(ownerSeed) &&
    typeof rotation === "number" &&
    rotation >= 0;
  if (!isValid) throw new ConversationError("malformed", "handover");
  return {
    relay,
    logId,
    logSecret: asSecret<32>(logSecret),
    writeSeed: asSecret<32>(writeSeed),
    rotation,
    ownerSeed: asSecret<32>(ownerSeed),
  };
}

/** The group info extension that hands the log over to newcomers; it travels inside the encrypted group info. */
export function handoverExtension(access: LogAccess): Extension {
  return { type: redoubtExtension.handover, data: encodeLogAccess(access) };
}

/** @throws ConversationError `malformed` */
export function readHandover(extensions: Extensions): LogAccess {
  const data = findExtension(extensions, redoubtExtension.handover);
  if (data === undefined) throw new ConversationError("malformed", "the welcome does not say where the log is");
  return decodeLogAccess(data);
}

const aead = "ChaCha20-Poly1305";
const positionLabel = "redoubt position";
const positionAad = utf8("redoubt/position/v1");

function positionKey(context: ConversationContext, group: Group): Secret {
  return exportSecret(context.mls.suite, group, positionLabel, new Uint8Array(0), 32);
}

/**
 * Where in the log a newcomer's epoch began, sealed for members of that epoch: it is known only once the commit has
 * its place, after the welcome was made.
 */
export function sealPosition(context: ConversationContext, group: Group, { seq, head }: Position): Uint8Array {
  const key = positionKey(context, group);
  const nonce = context.random(12);
  const sealed = context.provider.aeadSeal(aead, key, nonce, positionAad, encodeCbor([seq, head]));
  key.fill(0);
  return concatBytes(nonce, sealed);
}

/** @throws ConversationError `malformed` if no member of the epoch sealed it */
export function openPosition(context: ConversationContext, group: Group, bytes: Uint8Array): Position {
  const key = positionKey(context, group);
  const opened = context.provider.aeadOpen(aead, key, bytes.subarray(0, 12), positionAad, bytes.subarray(12));
  key.fill(0);
  const value = opened === undefined ? undefined : decodeCbor(opened);
  const [seq, head] = Array.isArray(value) ? value : [];
  if (typeof seq !== "number" || !(head instanceof Uint8Array) || head.length !== 32) {
    throw new ConversationError("malformed", "position");
  }
  return { seq, head };
}
