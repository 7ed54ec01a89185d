import type { Database, PreparedStatement } from "@evolu/sqlite-wasm";
import { toHex } from "@redoubt/base";
import type { SqlChange, SqlDriver, SqlParameter, SqlRow } from "../driver.js";
import { demand, StoreError } from "../error.js";
import { bindParameters, countParameters, readValue } from "../parameters.js";
import { storeErrorOf } from "../sqlite-codes.js";
import { refusePromise } from "../transaction.js";
import { type SqlitePool, takeQuotaFault } from "./sqlite.js";

interface Prepared {
  readonly statement: PreparedStatement;
  readonly parameters: number;
  readonly columns: readonly string[];
}

/** Statements kept prepared. The store's own are fewer. */
const maxPrepared = 256;

const settings = [
  "page_size = 8192",
  "journal_mode = WAL",
  "synchronous = FULL",
  "foreign_keys = ON",
  "secure_delete = ON",
  "temp_store = MEMORY",
  "cell_size_check = ON",
  "trusted_schema = OFF",
];

/**
 * Opens a database file, or creates it. Its pages are ChaCha20 with a Poly1305 tag each.
 *
 * @param key 32 bytes; stays the caller's, who wipes it
 * @throws StoreError `wrong-key` for a file that this key does not open (or that is no database), and what SqlDriver says
 */
export function openSqliteDriver(pool: SqlitePool, name: string, key: Uint8Array): SqlDriver {
  demand(key.length === 32, "misuse", "the key is not of 32 bytes");
  let database: Database | undefined;
  try {
    database = pool.open(name);
    database.exec(`PRAGMA cipher = 'chacha20'; PRAGMA key = 'raw:${toHex(key)}'`);
    // There is no shared memory here: who has the file for itself keeps the write-ahead log's index in its own.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    // Reads the first page, which only the right key opens.
    database.exec("SELECT count(*) FROM sqlite_schema");
    for (const setting of settings) database.exec(`PRAGMA ${setting}`);
    return new SqliteDriver(pool, database);
  } catch (error) {
    database?.close();
    throw codeOf(pool, error).startsWith("SQLITE_NOTADB") ? new StoreError("wrong-key") : toStoreError(pool, error);
  }
}

class SqliteDriver implements SqlDriver {
  readonly #pool: SqlitePool;
  readonly #database: Database;
  readonly #prepared = new Map<string, Prepared>();
  #inTransaction = false;
  #isOpen = true;

  constructor(pool: SqlitePool, database: Database) {
    this.#pool = pool;
    this.#database = database;
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  run(sql: string, parameters: readonly SqlParameter[] = []): SqlChange {
    return this.#guard(() => {
      this.#step(sql, parameters, () => undefined);
      const { capi } = this.#pool.sqlite;
      return {
        changes: this.#database.changes(),
        lastRowId: Number(capi.sqlite3_last_insert_rowid(this.#pointer())),
      };
    });
  }

  get(sql: string, parameters: readonly SqlParameter[] = []): SqlRow | undefined {
    return this.all(sql, parameters)[0];
  }

  all(sql: string, parameters: readonly SqlParameter[] = []): SqlRow[] {
    const rows: SqlRow[] = [];
    this.#guard(() =>
      this.#step(sql, parameters, ({ statement, columns }) => {
        rows.push(Object.fromEntries(columns.map((name, index) => [name, readValue(statement.get(index))])));
      }),
    );
    return rows;
  }

  transaction<T>(work: () => T): T {
    demand(!this.#inTransaction, "misuse", "a transaction within another");
    this.exec("BEGIN IMMEDIATE");
    this.#inTransaction = true;
    try {
      const result = work();
      refusePromise(result);
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#forget();
    try {
      // What a transaction deleted would stay in the write-ahead log.
      if (!this.#inTransaction) this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#database.close();
    }
  }

  #pointer(): number {
    return this.#database.pointer as number;
  }

  /** Some errors, a full disk among them, have rolled back already. What cannot be undone must not be used any more. */
  #rollBack(): void {
    if (!this.#isOpen || !this.#isUncommitted()) return;
    try {
      this.#database.exec("ROLLBACK");
    } catch (error) {
      this.close();
      throw toStoreError(this.#pool, error);
    }
  }

  #isUncommitted(): boolean {
    // Missing in the types alone.
    const { capi } = this.#pool.sqlite as unknown as { readonly capi: { sqlite3_get_autocommit(db: number): number } };
    return capi.sqlite3_get_autocommit(this.#pointer()) === 0;
  }

  #step(sql: string, parameters: readonly SqlParameter[], row: (prepared: Prepared) => void): void {
    const prepared = this.#prepare(sql);
    const { statement } = prepared;
    const bound = bindParameters(parameters, prepared.parameters);
    try {
      if (bound.length > 0) statement.bind(bound);
      while (statement.step()) row(prepared);
    } finally {
      statement.reset(true);
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const parameters = countParameters(sql);
    const statement = this.#database.prepare(sql);
    const columns = statement.columnCount === 0 ? [] : statement.getColumnNames();
    const prepared = { statement, parameters, columns };
    if (this.#prepared.size >= maxPrepared) this.#forget();
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #forget(): void {
    for (const { statement } of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
  }

  #guard<T>(work: () => T): T {
    demand(this.#isOpen, "misuse", "the store is closed");
    try {
      return work();
    } catch (error) {
      throw toStoreError(this.#pool, error);
    }
  }
}

function codeOf({ sqlite }: SqlitePool, error: unknown): string {
  if (!(error instanceof sqlite.SQLite3Error)) return "";
  const { resultCode } = error as unknown as { readonly resultCode?: number };
  if (resultCode === undefined) return "SQLITE_MISUSE";
  return String(sqlite.capi.sqlite3_js_rc_str(resultCode) ?? sqlite.capi.sqlite3_js_rc_str(resultCode & 0xff) ?? "");
}

/** Without SQLite's message and the cause, which may quote what is stored. */
function toStoreError(pool: SqlitePool, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(pool, error);
  const isFull = takeQuotaFault() && code.startsWith("SQLITE_IOERR");
  return isFull ? new StoreError("disk-full", code) : storeErrorOf(code);
}
