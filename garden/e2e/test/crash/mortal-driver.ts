import type { SqlDriver } from "@redoubt/store";
import type { Life } from "./life.js";

/**
 * A driver with a boundary before every statement that writes, before and after every commit. Statements that read have
 * none: a death before or after them leaves the same files and the same traffic.
 */
export class MortalDriver implements SqlDriver {
  readonly #inner: SqlDriver;
  readonly #life: Life;
  #inTransaction = false;

  constructor(inner: SqlDriver, life: Life) {
    this.#inner = inner;
    this.#life = life;
  }

  exec(sql: string): void {
    this.#writing(() => this.#inner.exec(sql));
  }

  run(...call: Parameters<SqlDriver["run"]>) {
    return this.#writing(() => this.#inner.run(...call));
  }

  get(...call: Parameters<SqlDriver["get"]>) {
    this.#life.demand();
    return this.#inner.get(...call);
  }

  all(...call: Parameters<SqlDriver["all"]>) {
    this.#life.demand();
    return this.#inner.all(...call);
  }

  transaction<T>(work: () => T): T {
    this.#life.boundary();
    this.#inTransaction = true;
    try {
      const result = this.#inner.transaction(() => {
        const done = work();
        this.#life.boundary();
        return done;
      });
      this.#life.boundary();
      return result;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    this.#inner.close();
  }

  #writing<T>(write: () => T): T {
    this.#life.boundary();
    const result = write();
    if (!this.#inTransaction) this.#life.boundary();
    return result;
  }
}
