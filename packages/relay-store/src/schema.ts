import type { SqlDatabase } from "./driver.js";
import { StoreError } from "./store-error.js";

/**
 * What brings a database from each version to the next. Accounts, key packages and inboxes are one world, logs the
 * other: no column of one names a row of the other. The tables of accounts are stored in the order of their random keys
 * (WITHOUT ROWID), so that they do not tell who came first; logs have random handles for the same reason. Entries of
 * logs are large and many, so they have row ids: above 0 in the order they came in, below 0 once they are clustered.
 * Blobs are a third world, stored in the order of their random ids as well; their bytes are files.
 */
const migrations: readonly string[] = [
  `CREATE TABLE accounts (
     account_id BLOB PRIMARY KEY,
     username TEXT NOT NULL UNIQUE
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE account_entries (
     account_id BLOB NOT NULL,
     seq INTEGER NOT NULL,
     entry BLOB NOT NULL,
     PRIMARY KEY (account_id, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE devices (
     account_id BLOB NOT NULL,
     device_id BLOB NOT NULL,
     sig_key BLOB NOT NULL,
     inbox_id BLOB NOT NULL,
     PRIMARY KEY (account_id, device_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE key_packages (
     account_id BLOB NOT NULL,
     device_id BLOB NOT NULL,
     last_resort INTEGER NOT NULL,
     digest BLOB NOT NULL,
     package BLOB NOT NULL,
     PRIMARY KEY (account_id, device_id, last_resort, digest)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE inboxes (
     inbox_id BLOB PRIMARY KEY,
     token_hash BLOB,
     max_per_day INTEGER NOT NULL,
     last_number INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE inbox_items (
     inbox_id BLOB NOT NULL,
     number INTEGER NOT NULL,
     digest BLOB NOT NULL,
     item BLOB NOT NULL,
     day INTEGER NOT NULL,
     PRIMARY KEY (inbox_id, number),
     UNIQUE (inbox_id, digest)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE logs (
     handle INTEGER PRIMARY KEY,
     log_id BLOB NOT NULL UNIQUE,
     owner_key BLOB NOT NULL,
     write_key BLOB NOT NULL,
     previous_key BLOB,
     counter INTEGER NOT NULL,
     expired INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE log_entries (
     id INTEGER PRIMARY KEY,
     log INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     entry_id BLOB NOT NULL,
     bytes BLOB NOT NULL,
     day INTEGER NOT NULL,
     UNIQUE (log, seq),
     UNIQUE (log, entry_id)
   ) STRICT;`,
  `CREATE TABLE invites (
     hash BLOB PRIMARY KEY,
     uses INTEGER NOT NULL,
     last_day INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE blobs (
     blob_id BLOB PRIMARY KEY,
     length INTEGER NOT NULL,
     received INTEGER NOT NULL,
     received_day INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  // A checksum of the entry, for a page that has gone bad; null for entries from before there was one.
  `ALTER TABLE log_entries ADD COLUMN checksum INTEGER;`,
];

/** The version that `migrate` brings a database to. */
export const schemaVersion = migrations.length;

/**
 * Brings the database to this version of the schema.
 *
 * @throws StoreError `newer-version` if a later version of the relay has written it
 */
export function migrate(database: SqlDatabase): void {
  const version = database.pragma("user_version");
  if (version > migrations.length) throw new StoreError("newer-version");
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
