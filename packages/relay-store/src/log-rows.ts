import { type LogStore, RelayError, type StoredEntry } from "@redoubt/relay-core";
import { createClustering } from "./clustering.js";
import { blob, integer } from "./columns.js";
import type { SqlDatabase, SqlParameter, SqlRow } from "./driver.js";
import { entryChecksum } from "./entry-checksum.js";
import { fitting } from "./fitting.js";

/** Logs that one step of expiry looks at. */
const logsPerStep = 200;

/** Rows that one statement inserts, the most first. */
const rowsAtOnce = [64, 16, 4, 1] as const;
/** Of a row of `log_entries`. */
const columns = 7;

function insertSql(rows: number): string {
  const row = `(${Array(columns).fill("?").join(", ")})`;
  return `INSERT INTO log_entries (id, log, seq, entry_id, bytes, day, checksum) VALUES ${Array(rows).fill(row).join(", ")}
    ON CONFLICT DO NOTHING`;
}

/** Logs and their entries in SQLite. */
export function createLogRows(database: SqlDatabase): LogStore {
  const find = database.prepare(
    `SELECT handle, owner_key, write_key, previous_key, counter, expired,
       (SELECT MAX(seq) FROM log_entries WHERE log = logs.handle)
     FROM logs WHERE log_id = ?`,
  );
  const insertLog = database.prepare(
    `INSERT INTO logs (handle, log_id, owner_key, write_key, previous_key, counter, expired)
     VALUES (?, ?, ?, ?, NULL, 0, 0)`,
  );
  const setKeys = database.prepare("UPDATE logs SET write_key = ?, previous_key = ?, counter = ? WHERE handle = ?");
  const setOwner = database.prepare("UPDATE logs SET owner_key = ? WHERE handle = ?");
  const removeLog = database.prepare("DELETE FROM logs WHERE handle = ?");
  const removeEntries = database.prepare("DELETE FROM log_entries WHERE log = ? AND seq <= ?");
  const newestId = database.prepare("SELECT MAX(id) FROM log_entries");
  const insertEntries = rowsAtOnce.map((rows) => ({ rows, statement: database.prepare(insertSql(rows)) }));
  const removeFrom = database.prepare("DELETE FROM log_entries WHERE id >= ?");
  const byEntryId = database.prepare(
    "SELECT seq, entry_id, bytes, checksum FROM log_entries WHERE log = ? AND entry_id = ?",
  );
  const sizes = database.prepare(
    "SELECT LENGTH(bytes) FROM log_entries WHERE log = ? AND seq >= ? ORDER BY seq LIMIT ?",
  );
  const entries = database.prepare(
    "SELECT seq, entry_id, bytes, checksum FROM log_entries WHERE log = ? AND seq >= ? ORDER BY seq LIMIT ?",
  );
  const someLogs = database.prepare("SELECT handle FROM logs WHERE handle > ? ORDER BY handle LIMIT ?");
  const firstOfDay = database.prepare("SELECT seq FROM log_entries WHERE log = ? AND day >= ? ORDER BY seq LIMIT 1");
  const lastSeq = database.prepare("SELECT MAX(seq) FROM log_entries WHERE log = ?");
  const setExpired = database.prepare("UPDATE logs SET expired = ? WHERE handle = ?");

  let nextId = Math.max(0, Number(newestId.get()?.[0] ?? 0)) + 1;

  const expireLog = (handle: number, day: number) => {
    const kept = firstOfDay.get(handle, day);
    const last = kept === undefined ? lastSeq.get(handle)?.[0] : integer(kept, 0) - 1;
    if (typeof last !== "number" || removeEntries.run(handle, last) === 0) return;
    setExpired.run(last, handle);
  };

  return {
    find: (logId) => {
      const row = find.get(logId);
      if (row === undefined) return undefined;
      const expired = integer(row, 5);
      return {
        handle: integer(row, 0),
        ownerKey: blob(row, 1),
        writeKey: blob(row, 2),
        previousKey: row[3] === null ? null : blob(row, 3),
        counter: integer(row, 4),
        expired,
        lastSeq: row[6] === null ? expired : integer(row, 6),
      };
    },
    create: ({ logId, handle, writeKey, ownerKey }) => {
      insertLog.run(handle, logId, ownerKey, writeKey);
    },
    setKeys: (handle, { writeKey, previousKey, counter }) => {
      setKeys.run(writeKey, previousKey, counter, handle);
    },
    setOwner: (handle, ownerKey) => {
      setOwner.run(ownerKey, handle);
    },
    remove: (handle) => {
      removeEntries.run(handle, Number.MAX_SAFE_INTEGER);
      removeLog.run(handle);
    },
    insert: (entries, day) => {
      let inserted = 0;
      let at = 0;
      for (const { rows, statement } of insertEntries) {
        for (; entries.length - at >= rows; at += rows) {
          const parameters: SqlParameter[] = [];
          for (const { log, seq, entryId, bytes } of entries.slice(at, at + rows)) {
            const id = nextId + at + parameters.length / columns;
            parameters.push(id, log, seq, entryId, bytes, day, entryChecksum(seq, entryId, bytes));
          }
          inserted += statement.run(...parameters);
        }
      }
      if (inserted === entries.length) nextId += inserted;
      else if (inserted > 0) removeFrom.run(nextId);
      return inserted === entries.length;
    },
    byEntryId: (handle, entryId) => {
      const row = byEntryId.get(handle, entryId);
      if (row === undefined) return undefined;
      if (!isIntact(row)) throw damaged();
      return toEntry(row);
    },
    read: (handle, from, { maxItems, maxBytes }) => {
      const lengths = sizes.all(handle, from, maxItems).map((row) => integer(row, 0));
      const rows = entries.all(handle, from, fitting(lengths, maxBytes));
      const bad = rows.findIndex((row) => !isIntact(row));
      if (bad === 0) throw damaged();
      return (bad < 0 ? rows : rows.slice(0, bad)).map(toEntry);
    },
    expire: (day, cursor) => {
      const handles = someLogs.all(cursor, logsPerStep).map((row) => integer(row, 0));
      for (const handle of handles) expireLog(handle, day);
      return handles.length < logsPerStep ? undefined : handles.at(-1);
    },
    cluster: createClustering(database),
  };
}

/** Members would hold against each other what a bad page has made of an entry: so it is not given out. */
function isIntact(row: SqlRow): boolean {
  const { seq, entryId, bytes } = toEntry(row);
  return row[3] === null || row[3] === entryChecksum(seq, entryId, bytes);
}

function damaged(): RelayError {
  return new RelayError("storage-damaged", { retryAfter: 60 });
}

function toEntry(row: SqlRow): StoredEntry {
  return { seq: integer(row, 0), entryId: blob(row, 1), bytes: blob(row, 2) };
}
