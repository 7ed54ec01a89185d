import type { RawRow, RawStore, RawSubject } from "@redoubt/relay-core";
import { accountTables } from "./account-tables.js";
import { blob } from "./columns.js";
import type { SqlDatabase, SqlParameter, SqlRow } from "./driver.js";
import { logTables } from "./log-tables.js";
import type { RawTable } from "./raw-table.js";

/** The other tables lead from neither. */
const tables: Readonly<Record<string, RawTable>> = { ...accountTables, ...logTables };

/** Rows read at once: with bodies, of the longest, 16 MiB. */
const rowsPerStep = { whole: 4, named: 512 };

/** The rows of a database as they are. */
export function createRawRows(database: SqlDatabase): RawStore {
  const named = (kind: RawSubject["kind"]) =>
    Object.entries(tables).flatMap(([name, table]) => (table.kind === kind ? [name] : []));
  return {
    accountOf: (username) => {
      const row = database.prepare("SELECT account_id FROM accounts WHERE username = ?").get(username);
      return row === undefined ? undefined : blob(row, 0);
    },
    columns: () =>
      database
        .prepare(
          `SELECT tables.name || '.' || columns.name FROM sqlite_schema AS tables, pragma_table_xinfo(tables.name) AS columns
           WHERE tables.type IN ('table', 'view') AND tables.name NOT LIKE 'sqlite_%' ORDER BY 1`,
        )
        .all()
        .map((row) => String(row[0])),
    tablesOf: named,
    rows: (table, subject, columns, bodies) => readRows(database, table, subject, { columns, bodies }),
  };
}

function* readRows(
  database: SqlDatabase,
  name: string,
  { kind, id }: RawSubject,
  { columns, bodies }: { readonly columns: readonly string[]; readonly bodies: "whole" | "named" },
): Generator<RawRow, void, void> {
  const table = tables[name];
  if (table?.kind !== kind) throw new TypeError(`no table of ${kind} rows: ${name}`);
  const { where, key, through } = table;
  const isNamed = (column: string) => bodies === "named" && table.bodies?.includes(column) === true;
  const shown = columns.map((column) => (isNamed(column) ? `LENGTH("${column}")` : `"${column}"`));
  const select = `SELECT ${[...key, ...shown].join(", ")} FROM ${name} WHERE ${where}`;
  const step = rowsPerStep[bodies];
  const order = `ORDER BY ${key.join(", ")} LIMIT ${step}`;
  const first = database.prepare(`${select} ${order}`);
  const next = database.prepare(`${select} AND (${key.join(", ")}) > (${key.map(() => "?").join(", ")}) ${order}`);
  const parents =
    through === undefined
      ? [id]
      : database
          .prepare(through)
          .all(id)
          .map((row) => blob(row, 0));
  for (const parent of parents) {
    for (let rows: readonly SqlRow[] = first.all(parent); rows.length > 0; ) {
      for (const row of rows) yield new Map(columns.map((column, at) => [column, row[key.length + at] ?? null]));
      const last = (rows.at(-1) as SqlRow).slice(0, key.length) as SqlParameter[];
      rows = rows.length < step ? [] : next.all(parent, ...last);
    }
  }
}
