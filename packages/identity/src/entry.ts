import { type CborValue, concatBytes, decodeCbor, type Ed25519Sign, encodeCbor, utf8 } from "@redoubt/base";
import { lastDay } from "./day.js";
import type { DeviceClaim } from "./device.js";
import { IdentityError } from "./error.js";

/** The longest signed entry, in bytes. */
export const maxEntryBytes = 2_048;

const version = 1;
const entryDomain = utf8("redoubt/entry/v1");

/** In the order of their numbers on the wire. */
const entryTypes = ["genesis", "devices", "recovery", "move", "tombstone"] as const;

export type EntryType = (typeof entryTypes)[number];

/** What an entry says: always the whole of it, never a difference. */
export interface EntryBody {
  readonly type: EntryType;
  /** From 0, without gaps. */
  readonly seq: number;
  /** SHA-256 of the signed entry before it; null for the first. */
  readonly prev: Uint8Array | null;
  readonly username: string;
  readonly devices: readonly DeviceClaim[];
  /** Ed25519 public key, 32 bytes. */
  readonly recovery: Uint8Array;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** The origin of the account's new relay; null for all but a move. */
  readonly target: string | null;
}

/** An entry that has the right form, of which nothing has been verified yet. */
export interface ParsedEntry {
  readonly body: EntryBody;
  /** What the signature covers: the domain and the encoded body. */
  readonly signedContent: Uint8Array;
  readonly signer: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The signed entry: CBOR `[body as bytes, signer, signature]`.
 *
 * @param signer Ed25519 public key (32 bytes) of what `sign` signs by
 */
export function encodeEntry(body: EntryBody, signer: Uint8Array, sign: Ed25519Sign): Uint8Array {
  const bytes = encodeCbor([
    version,
    entryTypes.indexOf(body.type),
    body.seq,
    body.prev,
    body.username,
    body.devices.map(({ sigKey, inboxId, proof }) => [sigKey, inboxId, proof]),
    body.recovery,
    body.day,
    body.target,
  ]);
  return encodeCbor([bytes, signer, sign(concatBytes(entryDomain, bytes))]);
}

/**
 * Reads the form of a signed entry, and nothing else of it.
 *
 * @param bytes are copied
 * @throws IdentityError `entry-too-large`, `malformed`, `unknown-version`
 */
export function parseEntry(bytes: Uint8Array): ParsedEntry {
  if (bytes.length > maxEntryBytes) throw new IdentityError("entry-too-large", `${bytes.length} bytes`);
  const [bodyBytes, signer, signature] = readArray(readCbor(bytes), 3);
  if (!(bodyBytes instanceof Uint8Array)) throw new IdentityError("malformed");
  return {
    body: parseBody(bodyBytes),
    signedContent: concatBytes(entryDomain, bodyBytes),
    signer: readBytes(signer, 32),
    signature: readBytes(signature, 64),
  };
}

function parseBody(bytes: Uint8Array): EntryBody {
  const value = readCbor(bytes);
  // Before the number of fields: a later version may have more of them.
  if (Array.isArray(value) && value[0] !== version) throw new IdentityError("unknown-version");
  const [, type, seq, prev, username, devices, recovery, day, target] = readArray(value, 9);
  const typeName = entryTypes[readInteger(type, entryTypes.length - 1)] as EntryType;
  return {
    type: typeName,
    seq: readInteger(seq, Number.MAX_SAFE_INTEGER),
    prev: prev === null ? null : readBytes(prev, 32),
    username: readString(username),
    devices: readArray(devices).map(readDevice),
    recovery: readBytes(recovery, 32),
    day: readInteger(day, lastDay),
    target: target === null ? null : readString(target),
  };
}

function readDevice(value: CborValue): DeviceClaim {
  const [sigKey, inboxId, proof] = readArray(value, 3);
  return { sigKey: readBytes(sigKey, 32), inboxId: readBytes(inboxId, 16), proof: readBytes(proof, 64) };
}

function readCbor(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    throw new IdentityError("malformed", undefined, cause);
  }
}

function readArray(value: CborValue | undefined, length?: number): readonly CborValue[] {
  if (!Array.isArray(value)) throw new IdentityError("malformed");
  if (length !== undefined && value.length !== length) throw new IdentityError("malformed");
  return value;
}

function readBytes(value: CborValue | undefined, length: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) throw new IdentityError("malformed");
  return value;
}

function readInteger(value: CborValue | undefined, max: number): number {
  if (typeof value !== "number" || value < 0 || value > max) throw new IdentityError("malformed");
  return value;
}

function readString(value: CborValue | undefined): string {
  if (typeof value !== "string") throw new IdentityError("malformed");
  return value;
}
