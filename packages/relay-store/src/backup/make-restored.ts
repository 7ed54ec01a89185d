import { statSync } from "node:fs";
import path from "node:path";
import { integer } from "../columns.js";
import { SqlDatabase } from "../driver.js";
import { migrate } from "../schema.js";
import { BackupError } from "./backup-error.js";
import { openBlobList } from "./blob-list.js";
import { blobName, databaseName } from "./layout.js";

/** Above all that can have been numbered since a backup, and little against the 2^53 that there are. */
const numbersSkipped = 2 ** 32;

/**
 * Makes a relay out of the database that it once was. Devices remember more than it does, so what must never go back
 * goes on: the numbers of inboxes are put beyond all that were ever given, else devices would take new items for old
 * ones; and key packages that may have been handed out since are forgotten, else somebody would be welcomed by a key
 * that its owner has thrown away. Devices publish others as soon as they connect. Logs go back: clients see it, and go
 * on from what both have.
 *
 * @param folder with the database, and the blobs that it speaks of
 * @throws BackupError `damaged`
 */
export function makeRestored(folder: string): { readonly accounts: number; readonly logs: number } {
  const database = new SqlDatabase(path.join(folder, databaseName));
  try {
    if (!isWhole(database)) throw new BackupError("damaged");
    migrate(database);
    for (const { blobId, received } of openBlobList(database).all()) {
      const found = statSync(path.join(folder, blobName(blobId)), { throwIfNoEntry: false });
      if (found?.size !== received) throw new BackupError("damaged");
    }
    database.exec(
      `BEGIN IMMEDIATE;
       DELETE FROM key_packages WHERE last_resort = 0;
       UPDATE inboxes SET last_number = last_number + ${numbersSkipped};
       COMMIT;`,
    );
    const count = (table: string) => integer(database.prepare(`SELECT COUNT(*) FROM ${table}`).get() ?? [0], 0);
    return { accounts: count("accounts"), logs: count("logs") };
  } finally {
    database.close();
  }
}

function isWhole(database: SqlDatabase): boolean {
  try {
    return database.prepare("PRAGMA quick_check(1)").get()?.[0] === "ok";
  } catch {
    return false;
  }
}
