import sqlite3InitModule, { type Database, type SAHPoolUtil, type Sqlite3Static } from "@evolu/sqlite-wasm";
import { StoreError } from "../error.js";

/** SQLite (SQLite3 Multiple Ciphers) and its files in the origin's private file system. */
export interface SqlitePool {
  readonly sqlite: Sqlite3Static;
  readonly files: SAHPoolUtil;
  /** Opens a database file, or creates it; every page goes through the cipher that is set first. */
  open(name: string): Database;
}

/** What the pool's folder is called; its own files have names that say nothing. */
const folder = ".redoubt";
/** A database, its write-ahead log and one to spare. */
const capacity = 6;
const vfs = "redoubt-files";

/**
 * Loads SQLite and takes the files for this worker alone.
 *
 * @throws StoreError `home-in-use` if another worker has them; `unsupported` where the browser has no such files
 */
export async function openSqlitePool(): Promise<SqlitePool> {
  if (!("storage" in navigator) || !("createSyncAccessHandle" in FileSystemFileHandle.prototype)) {
    throw new StoreError("unsupported");
  }
  const sqlite = await sqlite3InitModule({ print: () => {}, printErr: () => {} });
  let files: SAHPoolUtil;
  try {
    files = await sqlite.installOpfsSAHPoolVfs({ name: vfs, directory: folder, initialCapacity: capacity });
  } catch (error) {
    const isTaken = error instanceof DOMException && error.name === "NoModificationAllowedError";
    throw new StoreError(isTaken ? "home-in-use" : "not-writable", error instanceof Error ? error.name : undefined);
  }
  const { capi } = sqlite as unknown as {
    readonly capi: { sqlite3mc_vfs_create(vfs: string, isDefault: number): number };
  };
  if (capi.sqlite3mc_vfs_create(vfs, 0) !== 0) throw new StoreError("failed", "no cipher");
  return { sqlite, files, open: (name) => new sqlite.oo1.DB(`/${name}`, "c", `multipleciphers-${vfs}`) };
}
