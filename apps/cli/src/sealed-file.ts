import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { CodedError, concatBytes, type ErrorEntry, equalBytes, utf8, wipe } from "@redoubt/base";
import { argon2id } from "hash-wasm";

const backupErrors = {
  "not-a-backup": { message: "This file is no backup of Redoubt", retry: false },
  "newer-version": {
    message: "This backup was written by a newer version of Redoubt: update the program",
    retry: false,
  },
  "wrong-passphrase": { message: "The passphrase is wrong, or the backup is damaged", retry: false },
  "no-passphrase": { message: "A passphrase is needed: set REDOUBT_PASSPHRASE", retry: false },
  "different-passphrases": { message: "The passphrases differ", retry: true },
  "file-exists": { message: "The file exists already", retry: false },
  "no-file": { message: "The file cannot be read", retry: false },
  "not-written": { message: "The file cannot be written", retry: true },
} as const satisfies Record<string, ErrorEntry>;

export class BackupError extends CodedError<keyof typeof backupErrors> {
  constructor(code: keyof typeof backupErrors, detail?: string) {
    super(code, backupErrors[code], detail);
  }
}

const magic = utf8("redoubt-backup");
const version = 1;
/** RFC 9106, second recommended option: 64 MiB, three passes; one lane. */
const cost = { memorySize: 64 * 1024, iterations: 3 };
const saltLength = 16;
const headerLength = magic.length + 1 + saltLength;
const tagLength = 16;
/** A key is drawn from a fresh salt for every file, and seals that file alone. */
const nonce = new Uint8Array(12);
const cipher = "chacha20-poly1305";

/** The same passphrase typed on another keyboard is the same: NFKC. */
async function keyOf(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  const password = utf8(passphrase.normalize("NFKC"));
  try {
    return await argon2id({ password, salt, ...cost, parallelism: 1, hashLength: 32, outputType: "binary" });
  } finally {
    wipe(password);
  }
}

/**
 * Seals the content of a file under a passphrase: argon2id, then ChaCha20-Poly1305 (RFC 8439) over the content, with
 * the header as associated data.
 *
 * @throws BackupError `no-passphrase`
 */
export async function sealFile(content: Uint8Array, passphrase: string): Promise<Uint8Array> {
  if (passphrase === "") throw new BackupError("no-passphrase");
  const salt = new Uint8Array(randomBytes(saltLength));
  const header = concatBytes(magic, Uint8Array.of(version), salt);
  const key = await keyOf(passphrase, salt);
  const sealer = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
  sealer.setAAD(header, { plaintextLength: content.length });
  const sealed = concatBytes(header, sealer.update(content), sealer.final(), sealer.getAuthTag());
  wipe(key);
  return sealed;
}

/**
 * Opens what `sealFile` made.
 *
 * @throws BackupError `not-a-backup`, `newer-version`, `wrong-passphrase`
 */
export async function openSealedFile(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const isOurs = file.length >= headerLength + tagLength && equalBytes(file.subarray(0, magic.length), magic);
  if (!isOurs) throw new BackupError("not-a-backup");
  if (file[magic.length] !== version) throw new BackupError("newer-version");
  const header = file.subarray(0, headerLength);
  const sealed = file.subarray(headerLength, -tagLength);
  const key = await keyOf(passphrase, header.subarray(-saltLength));
  const opener = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
  opener.setAAD(header, { plaintextLength: sealed.length });
  opener.setAuthTag(file.subarray(-tagLength));
  try {
    return concatBytes(opener.update(sealed), opener.final());
  } catch {
    throw new BackupError("wrong-passphrase");
  } finally {
    wipe(key);
  }
}
