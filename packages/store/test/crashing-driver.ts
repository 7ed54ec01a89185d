import { copyFileSync, existsSync } from "node:fs";
import type { SqlDriver } from "../src/driver.js";
import { databaseFile } from "./open-home.js";
import { temporaryHome } from "./temporary-home.js";

/** What a crash between two statements would have left. */
export interface Wreck {
  /** A folder with the database and its write-ahead log. */
  readonly home: string;
  /** The transactions that had returned. */
  readonly commits: number;
}

/** A driver that copies its files at every boundary of statements: before the first, and after each, BEGIN included. */
export class CrashingDriver implements SqlDriver {
  readonly #inner: SqlDriver;
  readonly #home: string;
  readonly wrecks: Wreck[] = [];
  #commits = 0;

  constructor(inner: SqlDriver, home: string) {
    this.#inner = inner;
    this.#home = home;
    this.#copy();
  }

  exec(sql: string): void {
    this.#inner.exec(sql);
    this.#copy();
  }

  run(...call: Parameters<SqlDriver["run"]>) {
    return this.#copied(this.#inner.run(...call));
  }

  get(...call: Parameters<SqlDriver["get"]>) {
    return this.#copied(this.#inner.get(...call));
  }

  all(...call: Parameters<SqlDriver["all"]>) {
    return this.#copied(this.#inner.all(...call));
  }

  transaction<T>(work: () => T): T {
    const result = this.#inner.transaction(() => {
      this.#copy();
      return work();
    });
    this.#commits++;
    return this.#copied(result);
  }

  close(): void {
    this.#inner.close();
  }

  #copied<T>(result: T): T {
    this.#copy();
    return result;
  }

  #copy(): void {
    const home = temporaryHome();
    for (const suffix of ["", "-wal"]) {
      const file = databaseFile(this.#home) + suffix;
      if (existsSync(file)) copyFileSync(file, databaseFile(home) + suffix);
    }
    this.wrecks.push({ home, commits: this.#commits });
  }
}
