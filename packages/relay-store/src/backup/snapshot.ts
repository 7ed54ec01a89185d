import { existsSync } from "node:fs";
import path from "node:path";
import { SqlDatabase } from "../driver.js";
import { FolderLock } from "../folder-lock.js";
import { isJournalDamaged } from "../journal-check.js";
import { StoreError } from "../store-error.js";
import { BackupError } from "./backup-error.js";
import { type BlobList, openBlobList } from "./blob-list.js";
import { databaseName } from "./layout.js";

/** A copy of a relay's database as it was at one moment. */
export interface Snapshot {
  readonly file: string;
  /** The version of its schema. */
  readonly version: number;
  readonly blobs: BlobList;
  /** To be called before the file is read. */
  close(): void;
}

/**
 * Copies the database of a data folder (VACUUM INTO), whether or not a relay is running on it. The copy is of one
 * moment and holds nothing that was deleted. It is one read transaction: the relay writes on meanwhile.
 *
 * @param file where the copy goes; must not exist
 * @throws BackupError `no-data`, `cannot-write`; StoreError `unreadable`, `damaged-journal`
 */
export function takeSnapshot(folder: string, file: string): Snapshot {
  const source = path.join(folder, databaseName);
  if (!existsSync(source)) throw new BackupError("no-data");
  // SQLite would take a damaged journal for a short one, and leave out what was committed.
  if (!FolderLock.isHeld(folder) && isJournalDamaged(source)) throw new StoreError("damaged-journal");
  copyDatabase(source, file);
  const copy = new SqlDatabase(file);
  return { file, version: copy.pragma("user_version"), blobs: openBlobList(copy), close: () => copy.close() };
}

function copyDatabase(source: string, file: string): void {
  const live = new SqlDatabase(source);
  try {
    live.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  } catch (error) {
    if (isDamage(error)) throw new StoreError("unreadable", error);
    throw new BackupError("cannot-write", undefined, error);
  } finally {
    live.close();
  }
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(SQLITE_NOTADB|SQLITE_CORRUPT.*|storage-damaged)$/.test(code);
}
