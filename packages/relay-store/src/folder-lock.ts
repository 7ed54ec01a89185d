import path from "node:path";
import { SqlDatabase } from "./driver.js";
import { StoreError } from "./store-error.js";

/** One process for one data folder: a lock that dies with its process, also when that is killed. */
export class FolderLock {
  readonly #database: SqlDatabase;

  /** @throws StoreError `in-use` */
  constructor(folder: string) {
    this.#database = new SqlDatabase(path.join(folder, "relay.lock"));
    try {
      this.#database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      this.#database.close();
      throw new StoreError("in-use", error);
    }
  }

  release(): void {
    this.#database.exec("ROLLBACK");
    this.#database.close();
  }
}
