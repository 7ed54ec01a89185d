import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type InviteStore, RelayError, type RelayStore } from "@redoubt/relay-core";
import { createAccountRows } from "./account-rows.js";
import { restoringName } from "./backup/layout.js";
import { createBlobRows } from "./blob-rows.js";
import { checkSmallTables } from "./damage.js";
import { SqlDatabase, sqliteCode } from "./driver.js";
import { FolderLock } from "./folder-lock.js";
import { createInboxRows } from "./inbox-rows.js";
import { createInviteRows } from "./invite-rows.js";
import { isJournalDamaged } from "./journal-check.js";
import { createLogRows } from "./log-rows.js";
import { createRawRows } from "./raw-rows.js";
import { migrate, schemaVersion } from "./schema.js";
import { StorageLimit } from "./storage-limit.js";
import { StoreError } from "./store-error.js";

export interface SqliteStoreOptions {
  /** The data folder; made if it does not exist. */
  readonly folder: string;
  /** Most bytes of the database file and the blobs together; without it as many as the disk holds. */
  readonly maxBytes?: number;
}

/** When somebody may ask again where there was no room: soon, for what they wanted to say waits until then. */
const fullSeconds = 10;
/** How long to wait for another process that writes to the database. */
const busyTimeoutMs = 2_000;
/** What the journal may have of the disk between bursts. */
const journalBytes = 64 * 1024 * 1024;

/**
 * Opens the relay's store: one SQLite file, made and migrated as needed, held by one process at a time. Every
 * transaction is on the disk when it returns (WAL, synchronous=FULL), and what is deleted is overwritten.
 *
 * @throws StoreError
 */
export function openSqliteStore({ folder, maxBytes }: SqliteStoreOptions): RelayStore {
  const lock = orStoreError(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new FolderLock(folder);
  });
  let database: SqlDatabase | undefined;
  try {
    return orStoreError(() => {
      if (existsSync(path.join(folder, restoringName))) throw new StoreError("unfinished-restore");
      const file = path.join(folder, "relay.db");
      // Before it is opened: SQLite would cut it down to what it can read.
      if (isJournalDamaged(file)) throw new StoreError("damaged-journal");
      database = new SqlDatabase(file);
      return openStore(database, maxBytes, lock);
    });
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

/**
 * Works on the invites of a data folder in one transaction, whether or not a relay is running on it.
 *
 * @throws StoreError
 */
export function withInvites<T>(folder: string, work: (invites: InviteStore) => T): T {
  let store: RelayStore;
  try {
    store = openSqliteStore({ folder });
  } catch (error) {
    if (error instanceof StoreError && error.code === "in-use") return orStoreError(() => besideRelay(folder, work));
    throw error;
  }
  try {
    let result: { readonly value: T } | undefined;
    store.transaction(() => {
      result = { value: work(store.invites) };
    });
    return (result as { readonly value: T }).value;
  } finally {
    store.close();
  }
}

function besideRelay<T>(folder: string, work: (invites: InviteStore) => T): T {
  const database = new SqlDatabase(path.join(folder, "relay.db"));
  try {
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    if (database.pragma("user_version") !== schemaVersion) throw new StoreError("other-version");
    database.exec("PRAGMA synchronous = FULL");
    let result: { readonly value: T } | undefined;
    transaction(
      database,
      () => undefined,
      () => {
        result = { value: work(createInviteRows(database)) };
      },
    );
    return (result as { readonly value: T }).value;
  } finally {
    database.close();
  }
}

function openStore(database: SqlDatabase, maxBytes: number | undefined, lock: FolderLock): RelayStore {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  // What a burst has made of the journal is given back to the disk.
  database.pragma(`journal_size_limit = ${journalBytes}`);
  // The only other writer is an operator who makes an invite; it is done in milliseconds.
  database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  migrate(database);
  const [fault] = checkSmallTables(database);
  if (fault !== undefined) throw new StoreError("damaged", undefined, fault);
  const blobs = createBlobRows(database, maxBytes === undefined ? undefined : new StorageLimit(database, maxBytes));
  // Frames of a commit that failed stay behind those that hold, and look to the next start like commits that are lost.
  let hasLeftovers = false;
  return {
    accounts: createAccountRows(database),
    inboxes: createInboxRows(database),
    invites: createInviteRows(database),
    logs: createLogRows(database),
    blobs,
    raw: createRawRows(database),
    transaction: (writes) => {
      try {
        transaction(database, blobs.recount, writes);
      } catch (error) {
        hasLeftovers = true;
        throw error;
      }
      if (hasLeftovers) hasLeftovers = !tryEmptyJournal(database);
    },
    scrub: () => void emptyJournal(database),
    close: () => {
      tryEmptyJournal(database);
      database.close();
      lock.release();
    },
  };
}

/** @returns whether nobody who reads was in the way */
function emptyJournal(database: SqlDatabase): boolean {
  return database.pragma("wal_checkpoint(TRUNCATE)") === 0;
}

/** What cannot be moved over (the disk may be full) stays in the journal, and is read from there. */
function tryEmptyJournal(database: SqlDatabase): boolean {
  try {
    return emptyJournal(database);
  } catch {
    return false;
  }
}

function transaction(database: SqlDatabase, rolledBack: () => void, writes: () => void): void {
  try {
    database.exec("BEGIN IMMEDIATE");
    writes();
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    rolledBack();
    throw isFull(error) ? new RelayError("storage-full", { retryAfter: fullSeconds, cause: error }) : error;
  }
}

function isFull(error: unknown): boolean {
  // SQLite knows a disk without room by its name alone; a quota, or a limit to the length of files, is a write that fails.
  return /^SQLITE_(FULL|IOERR_(WRITE|SHMSIZE|TRUNCATE))$/.test(sqliteCode(error) ?? "");
}

/** Says in our words why a file could not be opened. */
function orStoreError<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (isFull(error)) throw new StoreError("disk-full", error);
    const code = sqliteCode(error);
    if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT") throw new StoreError("unreadable", error);
    throw new StoreError("not-writable", error);
  }
}
