import path from "node:path";
import { StoreError } from "../error.js";
import { type LibsqlDatabase, openDatabase } from "./open-database.js";
import { sqliteCode, storeError } from "./sqlite-error.js";

/** A home held by this process. */
export interface HomeLock {
  /** Lets others have the home. A second call does nothing. */
  release(): void;
}

/** What is held. A connection that nobody refers to is collected, and its lock with it. */
const held = new Set<LibsqlDatabase>();

/**
 * Takes a home for this process alone. It is an exclusive transaction, held open, on an empty database beside the store:
 * the operating system ends it with the process, however that ends. Nothing but SQLite may open `lock.db` meanwhile, for
 * a process that closes any handle of a file loses its POSIX locks on it.
 *
 * @param home a folder that exists
 * @throws StoreError `home-in-use`, `not-writable`
 */
export function lockHome(home: string): HomeLock {
  const database = openDatabase(path.join(home, "lock.db"));
  try {
    // `exec` alone: a prepared statement would outlive `close` and keep the lock.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteCode(error).startsWith("SQLITE_BUSY")) throw new StoreError("home-in-use");
    throw storeError(error);
  }
  held.add(database);
  return {
    release: () => {
      if (held.delete(database)) database.close();
    },
  };
}
