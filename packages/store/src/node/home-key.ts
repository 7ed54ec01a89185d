import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { asSecret, concatBytes, type Secret, utf8, wipe } from "@redoubt/base";
import { argon2id } from "hash-wasm";
import { demand, StoreError } from "../error.js";
import { type Argon2Cost, decodeKeyFile, defaultCost, encodeKeyFile, type KeyFile, sealedHeader } from "./key-file.js";
import { replaceFile } from "./private-file.js";

const cipher = "chacha20-poly1305";
const tagLength = 16;

const keyPath = (home: string) => path.join(home, "key");

/** Whether the home has a key, and whether it takes a passphrase to have it. @throws StoreError `damaged`, `newer-version` */
export function homeKeyState(home: string): "none" | "plain" | "sealed" {
  return readKeyFile(home)?.kind ?? "none";
}

/**
 * Draws a home's key and writes its key file.
 *
 * @param passphrase seals the key; without it the file's mode (0600) is all that protects it
 * @throws StoreError `home-exists`, `not-writable`, `disk-full`
 */
export async function createHomeKey(home: string, passphrase?: string): Promise<Secret<32>> {
  demand(!existsSync(keyPath(home)), "home-exists", "it has a key file");
  const key = asSecret<32>(new Uint8Array(randomBytes(32)));
  await writeHomeKey(home, key, passphrase);
  return key;
}

/**
 * Writes the key file anew: under another passphrase, or under none. The old file is replaced in one step.
 *
 * @throws StoreError `not-writable`, `disk-full`
 */
export async function writeHomeKey(home: string, key: Secret<32>, passphrase?: string): Promise<void> {
  const file: KeyFile = passphrase === undefined ? { kind: "plain", key } : await seal(key, passphrase);
  const bytes = encodeKeyFile(file);
  try {
    replaceFile(keyPath(home), bytes);
  } finally {
    wipe(bytes);
  }
}

/**
 * Reads a home's key. The caller wipes it.
 *
 * @throws StoreError `no-key`, `key-exposed`, `passphrase-needed`, `wrong-passphrase`, `damaged`, `newer-version`
 */
export async function openHomeKey(home: string, passphrase?: string): Promise<Secret<32>> {
  const file = readKeyFile(home);
  if (file === undefined) throw new StoreError("no-key");
  if (file.kind === "plain") {
    const isExposed = process.platform !== "win32" && (statSync(keyPath(home)).mode & 0o077) !== 0;
    demand(!isExposed, "key-exposed", "key");
    return asSecret<32>(file.key);
  }
  if (passphrase === undefined) throw new StoreError("passphrase-needed");
  return open(file, passphrase);
}

function readKeyFile(home: string): KeyFile | undefined {
  if (!existsSync(keyPath(home))) return undefined;
  // A plain array: a Buffer's slices would share its memory, which is wiped.
  const read = readFileSync(keyPath(home));
  const bytes = new Uint8Array(read);
  try {
    return decodeKeyFile(bytes);
  } finally {
    wipe(read, bytes);
  }
}

/** The same passphrase typed on another keyboard is the same: NFKC. */
async function passphraseKey(passphrase: string, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  const password = utf8(passphrase.normalize("NFKC"));
  const { memoryKiB: memorySize, passes: iterations } = cost;
  try {
    return await argon2id({
      password,
      salt,
      memorySize,
      iterations,
      parallelism: 1,
      hashLength: 32,
      outputType: "binary",
    });
  } finally {
    wipe(password);
  }
}

async function seal(key: Secret<32>, passphrase: string): Promise<KeyFile> {
  demand(passphrase !== "", "misuse", "an empty passphrase");
  const cost = defaultCost;
  const salt = new Uint8Array(randomBytes(16));
  const nonce = new Uint8Array(randomBytes(12));
  const wrapping = await passphraseKey(passphrase, salt, cost);
  const sealer = createCipheriv(cipher, wrapping, nonce, { authTagLength: tagLength });
  sealer.setAAD(sealedHeader(cost, salt), { plaintextLength: key.length });
  const sealed = concatBytes(sealer.update(key), sealer.final(), sealer.getAuthTag());
  wipe(wrapping);
  return { kind: "sealed", cost, salt, nonce, sealed };
}

async function open(file: KeyFile & { kind: "sealed" }, passphrase: string): Promise<Secret<32>> {
  if (passphrase === "") throw new StoreError("wrong-passphrase");
  const wrapping = await passphraseKey(passphrase, file.salt, file.cost);
  const opener = createDecipheriv(cipher, wrapping, file.nonce, { authTagLength: tagLength });
  opener.setAAD(sealedHeader(file.cost, file.salt), { plaintextLength: file.sealed.length - tagLength });
  opener.setAuthTag(file.sealed.subarray(-tagLength));
  try {
    const key = opener.update(file.sealed.subarray(0, -tagLength));
    opener.final();
    return asSecret<32>(new Uint8Array(key));
  } catch {
    throw new StoreError("wrong-passphrase");
  } finally {
    wipe(wrapping);
  }
}
