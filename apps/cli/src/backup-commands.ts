import { readFileSync } from "node:fs";
import path from "node:path";
import { decodeCbor, encodeCbor, wipe } from "@redoubt/base";
import type { HomeCommand } from "./command.js";
import { type HomeFiles, readHome, writeHome, writeNewFile } from "./home.js";
import { Passphrases } from "./passphrase.js";
import { BackupError, openSealedFile, sealFile } from "./sealed-file.js";

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const backup: HomeCommand = {
  kind: "home",
  usage: "FILE",
  summary: "writes the whole home into one file, encrypted under a passphrase",
  run: async ({ home, surroundings, terminal, values, out }) => {
    const file = path.resolve(values[0] as string);
    const passphrases = new Passphrases(terminal, surroundings);
    const { key, database } = await readHome(home, passphrases);
    const passphrase = await passphrases.chosen("A passphrase for the backup: ");
    if (passphrase === undefined) throw new BackupError("no-passphrase");
    const content = encodeCbor([key, database]);
    const sealed = await sealFile(content, passphrase);
    wipe(key, content);
    try {
      writeNewFile(file, sealed);
    } catch (error) {
      throw new BackupError(systemCode(error) === "EEXIST" ? "file-exists" : "not-written", systemCode(error));
    }
    out.result(
      { file, size: sealed.length },
      () => `${file}: ${sealed.length} bytes. Without its passphrase it is lost.`,
    );
  },
};

const restore: HomeCommand = {
  kind: "home",
  usage: "FILE",
  summary: "makes a home of a backup; the old home must not be used any more",
  run: async ({ home, surroundings, terminal, values, out }) => {
    const file = path.resolve(values[0] as string);
    const sealed = readBackup(file);
    const passphrase = await new Passphrases(terminal, surroundings).known("Passphrase of the backup: ");
    if (passphrase === undefined) throw new BackupError("no-passphrase");
    const content = await openSealedFile(sealed, passphrase);
    const files = readContent(content);
    try {
      writeHome(home, files);
    } finally {
      wipe(content, files.key);
    }
    out.result({ home }, () => `The home is in ${home}.`);
  },
};

function readBackup(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new BackupError("no-file", systemCode(error));
  }
}

function readContent(content: Uint8Array): HomeFiles {
  const value = decodeCbor(content, { maxBytes: content.length });
  const [key, database] = Array.isArray(value) ? value : [];
  if (!(key instanceof Uint8Array && database instanceof Uint8Array)) throw new BackupError("not-a-backup");
  return { key, database };
}

export const backupCommands = { backup, restore };
