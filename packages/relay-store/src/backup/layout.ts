import { toHex } from "@redoubt/base";

/** The database, last but one in a backup and last to be put in place. */
export const databaseName = "relay.db";
/** What the backup says of itself: the first file. */
export const labelName = "redoubt-backup.json";
/** SHA-256 of every file before it, as `sha256sum` writes and checks them: the last file. */
export const sumsName = "SHA256SUMS";
/** Holds what is being restored; a folder with this in it is no data folder yet. */
export const restoringName = "restoring";

/** What the relay makes anew: its lock, and SQLite's own files beside a database. */
const passing = /^relay\.(lock|db)(-(wal|shm|journal))?$/;

/** The version of the archive's form. */
export const backupFormat = 1;

/** Where the bytes of a blob lie in a data folder. */
export function blobName(blobId: Uint8Array): string {
  const id = toHex(blobId);
  return `blobs/${id.slice(0, 2)}/${id}`;
}

/** Whether a file at the top of a data folder, or below a folder there, is backed up as it is. */
export function isKept(name: string): boolean {
  const top = name.split("/")[0] as string;
  return !passing.test(name) && top !== "blobs" && top !== restoringName && name !== labelName && name !== sumsName;
}

/** Whether a backup may hold a file of this name: one that stays in the folder it is restored to. */
export function isSafeName(name: string): boolean {
  const parts = name.split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== "..");
  return isPlain && (name === databaseName || /^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(name) || isKept(name));
}
