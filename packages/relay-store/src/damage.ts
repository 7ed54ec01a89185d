import path from "node:path";
import { RelayError } from "@redoubt/relay-core";
import { SqlDatabase } from "./driver.js";
import { entryChecksum } from "./entry-checksum.js";
import { isJournalDamaged } from "./journal-check.js";

/** Rows read at a time. */
const rowsPerStep = 200;
/** Faults of one kind that are named. */
const most = 20;

/**
 * Looks for damage in a data folder's database: pages that do not hang together, and entries that are not what was
 * written. Reads everything, so it takes as long as the disk takes for the whole file (docs/load-and-faults.md).
 *
 * @param folder a data folder that exists; a relay may be running on it
 * @param isStopped whether no relay is running on it: only then does its journal hold still
 * @returns a sentence for each fault, at most 20 of a kind; none if it is sound
 */
export function findDamage(folder: string, isStopped: boolean): string[] {
  const file = path.join(folder, "relay.db");
  // Then nothing more: whoever opens the database cuts its journal down to what can be read.
  if (isStopped && isJournalDamaged(file)) return ["relay.db-wal does not hold all that was committed"];
  let database: SqlDatabase | undefined;
  try {
    database = new SqlDatabase(file);
    return [...checkPages(database), ...checkEntries(database)];
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== "storage-damaged") throw error;
    return [`relay.db cannot be read: ${error.cause instanceof Error ? error.cause.message : ""}`];
  } finally {
    database?.close();
  }
}

/**
 * Looks at the pages of every table but the entries of logs: those are most of the file, and each is checked when it is
 * read.
 *
 * @returns what is wrong
 */
export function checkSmallTables(database: SqlDatabase): string[] {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'log_entries'")
    .all();
  return tables.flatMap(([name]) => faultsOf(database, `PRAGMA quick_check('${name}')`));
}

function checkPages(database: SqlDatabase): string[] {
  return faultsOf(database, `PRAGMA quick_check(${most})`).map((fault) => `relay.db: ${fault}`);
}

function faultsOf(database: SqlDatabase, check: string): string[] {
  const rows = database.prepare(check).all();
  return rows.map(([fault]) => String(fault)).filter((fault) => fault !== "ok");
}

function checkEntries(database: SqlDatabase): string[] {
  const some = database.prepare(
    "SELECT id, seq, entry_id, bytes, checksum FROM log_entries WHERE id > ? ORDER BY id LIMIT ?",
  );
  const faults: string[] = [];
  let from = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = some.all(from, rowsPerStep);
    for (const [id, seq, entryId, bytes, checksum] of rows) {
      from = id as number;
      if (checksum === null || faults.length >= most) continue;
      if (checksum !== entryChecksum(seq as number, entryId as Uint8Array, bytes as Uint8Array)) {
        faults.push(`an entry of a log is not what was written (row ${id})`);
      }
    }
    if (rows.length < rowsPerStep) return faults;
  }
}
