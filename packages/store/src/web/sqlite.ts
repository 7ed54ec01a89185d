import sqlite3InitModule, { type Database, type SAHPoolUtil, type Sqlite3Static } from "@evolu/sqlite-wasm";
import { StoreError } from "../error.js";
import { openFilePool } from "./file-pool.js";

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
  const sqlite = await loadSqlite();
  const files = await openFilePool(sqlite, { name: vfs, directory: folder, initialCapacity: capacity });
  const { capi } = sqlite as unknown as {
    readonly capi: { sqlite3mc_vfs_create(vfs: string, isDefault: number): number };
  };
  if (capi.sqlite3mc_vfs_create(vfs, 0) !== 0) throw new StoreError("failed", "no cipher");
  return { sqlite, files, open: (name) => new sqlite.oo1.DB(`/${name}`, "c", `multipleciphers-${vfs}`) };
}

/** What SQLite's JavaScript reads before it starts. */
declare global {
  var sqlite3ApiConfig: Record<"error" | "warn" | "log" | "debug", (...words: readonly unknown[]) => void> | undefined;
}

/** The error of the file system underneath, which SQLite itself knows as a number alone. */
let fileFault: unknown;

/** Its log would quote names of files and statements: nothing is written to the console. */
function loadSqlite(): Promise<Sqlite3Static> {
  const silent = () => undefined;
  const error = (...words: readonly unknown[]) => {
    fileFault = words.at(-1);
  };
  globalThis.sqlite3ApiConfig = { error, warn: silent, log: silent, debug: silent };
  return sqlite3InitModule({ print: silent, printErr: silent });
}

/** Whether the file system has refused room since this was asked last. */
export function takeQuotaFault(): boolean {
  const fault = fileFault;
  fileFault = undefined;
  // The pool says so of a write that was shorter than asked for: there was no room for the rest.
  const isShort = fault instanceof Error && fault.message.includes("write() failure");
  return isShort || (fault instanceof Error && fault.name === "QuotaExceededError");
}
