import { existsSync } from "node:fs";
import path from "node:path";
import type { RawStore } from "@redoubt/relay-core";
import { SqlDatabase, sqliteCode } from "./driver.js";
import { createRawRows } from "./raw-rows.js";
import { schemaVersion } from "./schema.js";
import { StoreError } from "./store-error.js";

const busyTimeoutMs = 2_000;

/**
 * Reads a data folder as it is at one moment, whether or not a relay is running on it. Nothing is written. What a running
 * relay writes meanwhile stays in its write-ahead log until `work` has ended.
 *
 * @throws StoreError `no-data`, `other-build`, `unreadable`
 */
export function withSnapshot<T>(folder: string, work: (rows: RawStore) => T): T {
  const file = path.join(folder, "relay.db");
  if (!existsSync(file)) throw new StoreError("no-data");
  const database = open(file);
  try {
    if (database.pragma("user_version") !== schemaVersion) throw new StoreError("other-build");
    return work(createRawRows(database));
  } finally {
    if (database.inTransaction) database.exec("ROLLBACK");
    database.close();
  }
}

function open(file: string): SqlDatabase {
  const database = new SqlDatabase(file);
  try {
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    database.exec("PRAGMA query_only = ON; BEGIN");
    // The first read takes the snapshot.
    database.pragma("user_version");
    return database;
  } catch (error) {
    database.close();
    throw sqliteCode(error) === undefined ? error : new StoreError("unreadable", error);
  }
}
