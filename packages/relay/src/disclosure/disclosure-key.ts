import { createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { asSecret, type Ed25519Sign, type Secret, wipe } from "@redoubt/base";
import {
  createNoteKey,
  formatSignerKey,
  formatVerifierKey,
  type NoteKey,
  parseSignerKey,
  TranslogError,
} from "@redoubt/translog";
import { sha256 } from "../sha256.js";
import { DisclosureError } from "./disclosure-error.js";

/** Its file in the data folder. */
export const disclosureKeyFile = "disclosure.key";

/** The DER of an Ed25519 private key (RFC 8410) up to its 32 bytes. */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key by which a relay signs what it discloses. It signs nothing else. */
export interface DisclosureSigner {
  readonly key: NoteKey;
  /** As it is published: what whoever checks a disclosure must know. */
  readonly verifierKey: string;
  readonly sign: Ed25519Sign;
}

/**
 * Reads the key of a data folder.
 *
 * @throws DisclosureError `no-key`, `bad-key`
 */
export function loadDisclosureKey(folder: string): DisclosureSigner {
  const file = path.join(folder, disclosureKeyFile);
  if (!existsSync(file)) throw new DisclosureError("no-key");
  try {
    const { key, seed } = parseSignerKey(sha256, readFileSync(file, "utf8").replace(/\n$/, ""), publicKeyOf);
    const privateKey = keyObject(seed);
    wipe(seed);
    return {
      key,
      verifierKey: formatVerifierKey(sha256, key.name, key.publicKey),
      sign: (message) => new Uint8Array(sign(null, message, privateKey)),
    };
  } catch (error) {
    if (error instanceof TranslogError) throw new DisclosureError("bad-key", undefined, error);
    throw error;
  }
}

/**
 * Reads the key of a data folder that this process has for itself, and makes it where there is none.
 *
 * @param name of a new key: the host under which people know the relay
 * @throws DisclosureError `bad-key`
 */
export function openDisclosureKey(folder: string, name: string): DisclosureSigner {
  const file = path.join(folder, disclosureKeyFile);
  if (!existsSync(file)) makeKey(file, name);
  return loadDisclosureKey(folder);
}

function makeKey(file: string, name: string): void {
  const seed = asSecret<32>(new Uint8Array(randomBytes(32)));
  const key = createNoteKey(sha256, name, publicKeyOf(seed));
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, "wx", 0o600);
  try {
    writeSync(handle, `${formatSignerKey(key, seed)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
    wipe(seed);
  }
  // Half a key is never found under the key's name, and a key that somebody has pinned is there after a crash.
  renameSync(fresh, file);
  const folder = openSync(path.dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function keyObject(seed: Secret<32>) {
  const der = Buffer.concat([privatePrefix, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    wipe(der);
  }
}

function publicKeyOf(seed: Secret<32>): Uint8Array {
  const der = createPublicKey(keyObject(seed)).export({ format: "der", type: "spki" });
  return new Uint8Array(der.subarray(-32));
}
