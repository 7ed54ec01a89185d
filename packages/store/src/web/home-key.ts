import { asSecret, type Secret, utf8, wipe } from "@redoubt/base";
import { argon2id } from "hash-wasm";
import { demand, StoreError } from "../error.js";
import { type KeyRecord, type PassphraseSeal, readKeyRecord, writeKeyRecord } from "./key-record.js";

/** Of new seals: 64 MiB, three passes, one lane, as on the command line. */
const cost = { memoryKiB: 64 * 1024, passes: 3 };
const algorithm = { name: "AES-GCM", length: 256 } as const;

/** Whether this browser has a home's key, and whether it takes a passphrase to have it. @throws StoreError */
export async function homeKeyState(): Promise<"none" | "plain" | "sealed"> {
  const record = await readKeyRecord();
  if (record === undefined) return "none";
  return record.passphrase === undefined ? "plain" : "sealed";
}

/**
 * Draws a home's key and keeps it.
 *
 * @throws StoreError `home-exists`, `disk-full`, `failed`
 */
export async function createHomeKey(): Promise<Secret<32>> {
  demand((await readKeyRecord()) === undefined, "home-exists", "it has a key");
  const key = asSecret<32>(randomBytes(32));
  await keepHomeKey(key);
  return key;
}

/**
 * Keeps a home's key anew: under another passphrase, or under none. The old record is replaced in one step.
 *
 * @param passphrase seals the key; without it the browser's profile is all that protects it
 * @throws StoreError `misuse` for an empty passphrase, `disk-full`, `failed`
 */
export async function keepHomeKey(key: Secret<32>, passphrase?: string): Promise<void> {
  demand(passphrase !== "", "misuse", "an empty passphrase");
  const wrapping = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  const nonce = randomBytes(12);
  const seal: PassphraseSeal | undefined =
    passphrase === undefined ? undefined : { cost, salt: randomBytes(16), nonce: randomBytes(12) };
  const inner =
    seal === undefined || passphrase === undefined
      ? new Uint8Array(key)
      : await encrypt(await passphraseKey(passphrase, seal), seal.nonce, new Uint8Array(key));
  const sealed = await encrypt(wrapping, nonce, inner);
  wipe(inner);
  await writeKeyRecord({ version: 1, wrapping, nonce, sealed, passphrase: seal });
}

/**
 * Reads the home's key. The caller wipes it.
 *
 * @throws StoreError `no-key`, `passphrase-needed`, `wrong-passphrase`, `damaged`, `newer-version`
 */
export async function openHomeKey(passphrase?: string): Promise<Secret<32>> {
  const record = await readKeyRecord();
  if (record === undefined) throw new StoreError("no-key");
  const inner = await unwrap(record);
  const seal = record.passphrase;
  if (seal === undefined) return asSecret<32>(inner);
  if (passphrase === undefined) throw new StoreError("passphrase-needed");
  if (passphrase === "") throw new StoreError("wrong-passphrase");
  const key = await decrypt(await passphraseKey(passphrase, seal), seal.nonce, inner);
  if (key === undefined) throw new StoreError("wrong-passphrase");
  return asSecret<32>(key);
}

async function unwrap(record: KeyRecord): Promise<Uint8Array<ArrayBuffer>> {
  const inner = await decrypt(record.wrapping, record.nonce, record.sealed);
  if (inner === undefined) throw new StoreError("damaged", "the key record");
  return inner;
}

/** The same passphrase typed on another keyboard is the same: NFKC. */
async function passphraseKey(passphrase: string, seal: PassphraseSeal): Promise<CryptoKey> {
  const password = utf8(passphrase.normalize("NFKC"));
  const derived = await argon2id({
    password,
    salt: seal.salt,
    memorySize: seal.cost.memoryKiB,
    iterations: seal.cost.passes,
    parallelism: 1,
    hashLength: 32,
    outputType: "binary",
  });
  try {
    return await crypto.subtle.importKey("raw", new Uint8Array(derived), algorithm, false, ["encrypt", "decrypt"]);
  } finally {
    wipe(password, derived);
  }
}

async function encrypt(key: CryptoKey, iv: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: algorithm.name, iv }, key, content));
}

/** `undefined` where the key is another or the bytes were changed. */
async function decrypt(key: CryptoKey, iv: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: algorithm.name, iv }, key, sealed));
  } catch {
    return undefined;
  }
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
