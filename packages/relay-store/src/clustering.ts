import type { ClusterCursor, LogStore } from "@redoubt/relay-core";
import { integer } from "./columns.js";
import type { SqlDatabase } from "./driver.js";

/** Rows moved in one transaction. */
const rowsPerStep = 200;
/** Where the ids of clustered rows begin; they stay below 0 for as many rows as there will ever be. */
const firstClusteredId = -(2 ** 52);

/**
 * Moves rows that came in (ids above 0) to ids below 0, in the order of (log, seq). Handles of logs are random: in the
 * order of their new ids, rows tell which night they were clustered and nothing more.
 */
export function createClustering(database: SqlDatabase): LogStore["cluster"] {
  const newest = database.prepare("SELECT MAX(id) FROM log_entries");
  // The plus keeps SQLite to the index over (log, seq), which needs no sorting.
  const some = database.prepare(
    `SELECT id, log, seq FROM log_entries
     WHERE (log, seq) > (?, ?) AND +id > 0 AND +id <= ? ORDER BY log, seq LIMIT ?`,
  );
  const lastClustered = database.prepare("SELECT MAX(id) FROM log_entries WHERE id < 0");
  const move = database.prepare("UPDATE log_entries SET id = ? WHERE id = ?");

  return (cursor) => {
    const from: ClusterCursor = cursor ?? { to: Number(newest.get()?.[0] ?? 0), handle: 0, seq: 0 };
    const rows = some.all(from.handle, from.seq, from.to, rowsPerStep);
    let next = Number(lastClustered.get()?.[0] ?? firstClusteredId - 1) + 1;
    for (const row of rows) {
      move.run(next, integer(row, 0));
      next += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsPerStep) return undefined;
    return { to: from.to, handle: integer(last, 1), seq: integer(last, 2) };
  };
}
