import type { RawTable } from "./raw-table.js";

/** Every table whose rows are a log's. */
export const logTables: Readonly<Record<string, RawTable>> = {
  logs: { kind: "log", where: "log_id = ?", key: ["handle"] },
  log_entries: { kind: "log", where: "log = (SELECT handle FROM logs WHERE log_id = ?)", key: ["seq"] },
};
