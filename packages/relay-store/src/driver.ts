import { RelayError } from "@redoubt/relay-core";
import Database from "libsql";

/** What a statement may be given. Booleans are stored as 0 and 1. */
export type SqlParameter = number | string | boolean | null | Uint8Array;
/** What a column holds. */
export type SqlValue = number | string | null | Uint8Array;
export type SqlRow = readonly SqlValue[];

/** The code of SQLite's error (such as `SQLITE_FULL`), if it is one or was caused by one. */
export function sqliteCode(error: unknown): string | undefined {
  if (error instanceof RelayError) return sqliteCode(error.cause);
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code.startsWith("SQLITE_") ? error.code : undefined;
}

/** What SQLite says where the files do not hold what it wrote, or cannot be read. */
function isDamage(code: string | undefined): boolean {
  if (code === undefined) return false;
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA))/.test(code);
}

function orDamaged<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isDamage(sqliteCode(error)) ? new RelayError("storage-damaged", { retryAfter: 60, cause: error }) : error;
  }
}

/**
 * One connection to one database file: the only place that touches libsql. A parameter of a wrong type ends the whole
 * process inside libsql, and one that is missing counts as null: so all are checked here and bound as one array.
 */
export class SqlDatabase {
  readonly #database: Database.Database;

  /** @param file absolute; made if it does not exist */
  constructor(file: string) {
    this.#database = new Database(file);
  }

  /** Runs statements that take no parameters and give no rows. Like every method: @throws RelayError `storage-damaged` */
  exec(sql: string): void {
    orDamaged(() => this.#database.exec(sql));
  }

  prepare(sql: string): SqlStatement {
    return new SqlStatement(this.#database, sql);
  }

  /** Reads or sets a pragma that gives one integer. */
  pragma(source: string): number {
    return Number(this.prepare(`PRAGMA ${source}`).get()?.[0]);
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  close(): void {
    this.#database.close();
  }
}

/** A prepared statement with positional parameters (`?`). */
class SqlStatement {
  readonly #sql: string;
  readonly #statement: Database.Statement;
  readonly #parameters: number;

  constructor(database: Database.Database, sql: string) {
    this.#sql = sql;
    this.#statement = database.prepare(sql);
    this.#parameters = sql.split("?").length - 1;
    if (this.#statement.reader) this.#statement.raw(true);
  }

  /** Executes; returns how many rows were inserted, changed or deleted. */
  run(...parameters: readonly SqlParameter[]): number {
    return orDamaged(() => this.#statement.run(this.#bind(parameters)).changes);
  }

  /** All rows. */
  all(...parameters: readonly SqlParameter[]): SqlRow[] {
    return orDamaged(() => this.#statement.all(this.#bind(parameters)) as unknown[][]).map(toRow);
  }

  /** The first row. (libsql's own `get` answers with the row before if it follows an `all`.) */
  get(...parameters: readonly SqlParameter[]): SqlRow | undefined {
    return this.all(...parameters)[0];
  }

  #bind(parameters: readonly SqlParameter[]): (number | string | null | Uint8Array)[] {
    if (parameters.length !== this.#parameters) {
      throw new TypeError(`${parameters.length} parameters for ${this.#parameters}: ${this.#sql}`);
    }
    return parameters.map((value, index) => {
      if (typeof value === "boolean") return value ? 1 : 0;
      if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      throw new TypeError(`parameter ${index + 1} is of no type that is stored: ${this.#sql}`);
    });
  }
}

function toRow(row: readonly unknown[]): SqlRow {
  return row.map((value) => {
    if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.length);
    return value as number | string | null;
  });
}
