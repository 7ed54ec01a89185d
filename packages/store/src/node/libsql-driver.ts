import { toHex } from "@redoubt/base";
import type { SqlChange, SqlDriver, SqlParameter, SqlRow } from "../driver.js";
import { demand, StoreError } from "../error.js";
import { bindParameters, countParameters, readValue } from "../parameters.js";
import { refusePromise } from "../transaction.js";
import { type LibsqlDatabase, openDatabase } from "./open-database.js";
import { sqliteCode, storeError } from "./sqlite-error.js";

type Statement = ReturnType<LibsqlDatabase["prepare"]>;

interface Prepared {
  readonly statement: Statement;
  readonly parameters: number;
}

/** Statements kept prepared. The store's own are fewer. */
const maxPrepared = 256;

/**
 * Temporary data stay in memory, for files of theirs would be plaintext. What is deleted is overwritten. The locking mode
 * stays normal: a closed connection of libsql lives on until its statements are collected, and would keep its lock.
 */
const settings = [
  "journal_mode = WAL",
  "synchronous = FULL",
  "foreign_keys = ON",
  "secure_delete = ON",
  "temp_store = MEMORY",
  "cell_size_check = ON",
  "trusted_schema = OFF",
];

/**
 * Opens the database file, or creates it.
 *
 * @param file its path; SQLite puts `-wal` beside it
 * @param key 32 bytes; stays the caller's, who wipes it
 * @throws StoreError `wrong-key` for a file that this key does not open (or that is no database), and what SqlDriver says
 */
export function openLibsqlDriver(file: string, key: Uint8Array): SqlDriver {
  demand(key.length === 32, "misuse", "the key is not of 32 bytes");
  const database = openDatabase(file, { encryptionKey: toHex(key) });
  try {
    for (const setting of settings) database.prepare(`PRAGMA ${setting}`).all([]);
    // Reads the first page, which only the right key opens.
    database.prepare("SELECT count(*) FROM sqlite_schema").all([]);
    return new LibsqlDriver(database);
  } catch (error) {
    database.close();
    throw sqliteCode(error).startsWith("SQLITE_NOTADB") ? new StoreError("wrong-key") : storeError(error);
  }
}

class LibsqlDriver implements SqlDriver {
  readonly #database: LibsqlDatabase;
  readonly #prepared = new Map<string, Prepared>();
  #inTransaction = false;
  #isOpen = true;

  constructor(database: LibsqlDatabase) {
    this.#database = database;
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  run(sql: string, parameters: readonly SqlParameter[] = []): SqlChange {
    return this.#guard(() => {
      const { statement, bound } = this.#bind(sql, parameters);
      const { changes, lastInsertRowid } = statement.run(bound);
      return { changes, lastRowId: Number(lastInsertRowid) };
    });
  }

  get(sql: string, parameters: readonly SqlParameter[] = []): SqlRow | undefined {
    return this.all(sql, parameters)[0];
  }

  all(sql: string, parameters: readonly SqlParameter[] = []): SqlRow[] {
    return this.#guard(() => {
      const { statement, bound } = this.#bind(sql, parameters);
      // libsql's `get` gives other types, adds a field and leaves its statement unfinished: only `all` is used.
      return statement.all(bound).map(readRow);
    });
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
    this.#prepared.clear();
    try {
      // What a transaction deleted would stay in the write-ahead log.
      if (!this.#inTransaction) this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all([]);
    } finally {
      this.#database.close();
    }
  }

  /** Some errors, a full disk among them, have rolled back already. What cannot be undone must not be used any more. */
  #rollBack(): void {
    if (!this.#isOpen || !this.#database.inTransaction) return;
    try {
      this.#database.exec("ROLLBACK");
    } catch (error) {
      this.close();
      throw storeError(error);
    }
  }

  #bind(sql: string, parameters: readonly SqlParameter[]) {
    const prepared = this.#prepare(sql);
    return { statement: prepared.statement, bound: bindParameters(parameters, prepared.parameters) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const prepared = { parameters: countParameters(sql), statement: this.#database.prepare(sql) };
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  /** libsql ends the process when a closed connection is used. */
  #guard<T>(work: () => T): T {
    demand(this.#isOpen, "misuse", "the store is closed");
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  }
}

function readRow(row: unknown): SqlRow {
  return Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, readValue(value)]));
}
