import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { openBlobList } from "./backup/blob-list.js";
import { blobName, databaseName, restoringName } from "./backup/layout.js";
import { findDamage } from "./damage.js";
import { SqlDatabase } from "./driver.js";
import { FolderLock } from "./folder-lock.js";
import { schemaVersion } from "./schema.js";
import { StoreError } from "./store-error.js";

/** How a data folder stands. */
export interface FolderFacts {
  readonly isRunning: boolean;
  /** The version of the database's schema, and the one that this program brings it to. */
  readonly schema: { readonly is: number; readonly wanted: number };
  /** What is wrong with the database: a sentence each. */
  readonly damage: readonly string[];
  readonly databaseBytes: number;
  /** The write-ahead log's. */
  readonly journalBytes: number;
  /** The day of the newest entry, in days since 1970. */
  readonly newestDay: number | undefined;
  readonly blobs: {
    readonly count: number;
    /** That are on the disk. */
    readonly bytes: number;
    /** Rows whose bytes are not all there. */
    readonly withoutFile: number;
    /** Files of which no row knows. */
    readonly withoutRow: number;
  };
}

/**
 * Looks at a data folder, whether or not a relay is running on it; changes nothing in it. Reads the whole database.
 *
 * @returns undefined if there is no database in it
 * @throws StoreError `unreadable`, `unfinished-restore`
 */
export function examineFolder(folder: string): FolderFacts | undefined {
  const file = path.join(folder, databaseName);
  if (existsSync(path.join(folder, restoringName))) throw new StoreError("unfinished-restore");
  if (!existsSync(file)) return undefined;
  const isRunning = FolderLock.isHeld(folder);
  const journalBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const database = new SqlDatabase(file);
  try {
    return {
      isRunning,
      schema: { is: database.pragma("user_version"), wanted: schemaVersion },
      damage: findDamage(folder, !isRunning),
      databaseBytes: statSync(file).size,
      journalBytes,
      newestDay: newestDayOf(database),
      blobs: compareBlobs(database, folder),
    };
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError("unreadable", error);
  } finally {
    database.close();
  }
}

function newestDayOf(database: SqlDatabase): number | undefined {
  const day = database.prepare("SELECT day FROM log_entries ORDER BY id DESC LIMIT 1").get()?.[0];
  return typeof day === "number" ? day : undefined;
}

function compareBlobs(database: SqlDatabase, folder: string): FolderFacts["blobs"] {
  const list = openBlobList(database);
  let [count, bytes, withoutFile, withoutRow] = [0, 0, 0, 0];
  for (const { blobId, received } of list.all()) {
    count += 1;
    bytes += received;
    const found = statSync(path.join(folder, blobName(blobId)), { throwIfNoEntry: false });
    if (found === undefined || found.size < received) withoutFile += 1;
  }
  const top = path.join(folder, "blobs");
  for (const shard of existsSync(top) ? readdirSync(top) : []) {
    for (const name of readdirSync(path.join(top, shard))) {
      if (!list.has(new Uint8Array(Buffer.from(name, "hex")))) withoutRow += 1;
    }
  }
  return { count, bytes, withoutFile, withoutRow };
}
