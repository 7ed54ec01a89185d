import { existsSync } from "node:fs";
import path from "node:path";
import { SqlDatabase } from "./driver.js";
import { StoreError } from "./store-error.js";

const lockName = "relay.lock";

/** One process for one data folder: a lock that dies with its process, also when that is killed. */
export class FolderLock {
  readonly #database: SqlDatabase;

  /** @throws StoreError `in-use` */
  constructor(folder: string) {
    this.#database = new SqlDatabase(path.join(folder, lockName));
    try {
      this.#database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      this.#database.close();
      throw new StoreError("in-use", error);
    }
  }

  /** Whether a process holds it. Makes no lock where none is: it would be ours, and not the relay's. */
  static isHeld(folder: string): boolean {
    if (!existsSync(path.join(folder, lockName))) return false;
    try {
      new FolderLock(folder).release();
      return false;
    } catch (error) {
      if (error instanceof StoreError && error.code === "in-use") return true;
      throw error;
    }
  }

  release(): void {
    this.#database.exec("ROLLBACK");
    this.#database.close();
  }
}
