import { asSecret, concatBytes, type Secret, type Sha256, toHex, utf8 } from "@redoubt/base";
import { fromBase64, toBase64 } from "./base64.js";
import { TranslogError } from "./error.js";

/** The signature type of Ed25519 in signed notes. */
const ed25519Type = 1;

const signerPrefix = "PRIVATE+KEY+";

/** The longest name of a key, in characters. */
const maxNameLength = 255;

/** An Ed25519 key that signs notes, by the name that it signs as (C2SP signed-note). */
export interface NoteKey {
  readonly name: string;
  /** 4 bytes that tell keys of one name apart: the head of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Whether a key may have this name: it is not empty, and has no space, plus sign or control character in it. */
export function isKeyName(name: string): boolean {
  return name.length <= maxNameLength && /^[^\s\p{Z}\p{Cc}+]+$/u.test(name);
}

/** @throws TranslogError `malformed-key` */
export function createNoteKey(sha256: Sha256, name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name) || publicKey.length !== 32) throw new TranslogError("malformed-key");
  const id = sha256(concatBytes(utf8(`${name}\n`), typed(publicKey))).slice(0, 4);
  return { name, id, publicKey };
}

/**
 * A public key as it is published: `name+id+key` (Go's `sumdb/note`, C2SP).
 *
 * @param publicKey 32 bytes
 * @throws TranslogError `malformed-key`
 */
export function formatVerifierKey(sha256: Sha256, name: string, publicKey: Uint8Array): string {
  const { id } = createNoteKey(sha256, name, publicKey);
  return `${name}+${toHex(id)}+${toBase64(typed(publicKey))}`;
}

/** @throws TranslogError `malformed-key` */
export function parseVerifierKey(sha256: Sha256, text: string): NoteKey {
  const { name, id, bytes } = parse(text);
  const key = createNoteKey(sha256, name, bytes);
  if (toHex(key.id) !== id) throw new TranslogError("malformed-key", "its id is another key's");
  return key;
}

/**
 * A private key as it is kept: `PRIVATE+KEY+name+id+seed`.
 *
 * @param key its public side
 * @param seed 32 bytes (RFC 8032 §5.1.5)
 */
export function formatSignerKey({ name, id }: NoteKey, seed: Secret<32>): string {
  return `${signerPrefix}${name}+${toHex(id)}+${toBase64(typed(seed))}`;
}

/**
 * Reads a private key.
 *
 * @param publicKeyOf derives the public key (32 bytes) from the seed
 * @returns the seed is the caller's, to be wiped
 * @throws TranslogError `malformed-key`
 */
export function parseSignerKey(
  sha256: Sha256,
  text: string,
  publicKeyOf: (seed: Secret<32>) => Uint8Array,
): { readonly key: NoteKey; readonly seed: Secret<32> } {
  if (!text.startsWith(signerPrefix)) throw new TranslogError("malformed-key");
  const { name, id, bytes } = parse(text.slice(signerPrefix.length));
  const seed = asSecret<32>(bytes);
  const key = createNoteKey(sha256, name, publicKeyOf(seed));
  if (toHex(key.id) !== id) throw new TranslogError("malformed-key", "its id is another key's");
  return { key, seed };
}

function parse(text: string): { readonly name: string; readonly id: string; readonly bytes: Uint8Array } {
  // The key's base 64 may have plus signs of its own; the name has none.
  const [, name = "", id = "", encoded = ""] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})$/.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== ed25519Type) throw new TranslogError("malformed-key");
  return { name, id, bytes: bytes.slice(1) };
}

function typed(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(ed25519Type), bytes);
}
