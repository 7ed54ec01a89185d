import { wipe } from "@redoubt/base";
import { type SqlDriver, StoreError } from "@redoubt/store";
import {
  createHomeKey,
  deleteKeyRecord,
  homeKeyState,
  keepHomeKey,
  openHomeKey,
  openSqliteDriver,
  openSqlitePool,
  type SqlitePool,
} from "@redoubt/store/web";
import { EngineError } from "./engine-error.js";

const databaseFile = "store.db";

/**
 * The home in this browser: an encrypted database in the origin's private files, and its key in IndexedDB. A browser may
 * clear the one, the other or both; what is half there is never taken for a new home.
 */
export class BrowserHome {
  #pool: SqlitePool | undefined;

  /**
   * Whether it takes a passphrase to open it.
   *
   * @param hadHome whether somebody knows that there was one
   * @throws EngineError `storage-cleared`; StoreError
   */
  async isLocked(hadHome: boolean): Promise<boolean> {
    const state = await homeKeyState();
    const hasDatabase = (await this.#takeFiles()).files.getFileNames().includes(`/${databaseFile}`);
    if (state === "none" && (hasDatabase || hadHome)) throw new EngineError("storage-cleared");
    // A key is kept before there is a database: a home that was begun and never used.
    if (state !== "none" && !hasDatabase && hadHome) throw new EngineError("storage-cleared");
    return state === "sealed";
  }

  /** Opens the database; with a new key where there is none. @throws StoreError */
  async open(passphrase?: string): Promise<SqlDriver> {
    const pool = await this.#takeFiles();
    const key = (await homeKeyState()) === "none" ? await createHomeKey() : await openHomeKey(passphrase);
    try {
      return openSqliteDriver(pool, databaseFile, key);
    } finally {
      wipe(key);
    }
  }

  /** Sets, changes or removes the passphrase. @throws StoreError `passphrase-needed`, `wrong-passphrase`, `misuse` */
  async setPassphrase(current: string | undefined, next: string | undefined): Promise<void> {
    const key = await openHomeKey(current);
    try {
      await keepHomeKey(key, next);
    } finally {
      wipe(key);
    }
  }

  /** Whether a passphrase locks it. */
  async isLockable(): Promise<boolean> {
    return (await homeKeyState()) === "sealed";
  }

  /** Whether what was kept is still there. @throws EngineError `storage-cleared` */
  async check(): Promise<void> {
    if ((await homeKeyState()) === "none" || !(await hasFiles())) throw new EngineError("storage-cleared");
  }

  /** Removes the key and everything that it opened. The database is closed. */
  async erase(): Promise<void> {
    // The key first: what is left without it says nothing.
    await deleteKeyRecord();
    await (await this.#takeFiles()).files.wipeFiles();
  }

  async #takeFiles(): Promise<SqlitePool> {
    this.#pool ??= await openSqlitePool();
    return this.#pool;
  }
}

/** Whether the folder that holds the database is still in the origin's private file system. */
async function hasFiles(): Promise<boolean> {
  try {
    for await (const _ of (await navigator.storage.getDirectory()).keys()) return true;
    return false;
  } catch (error) {
    throw new StoreError("failed", error instanceof Error ? error.name : undefined);
  }
}
