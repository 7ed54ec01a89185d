import type { SqlDriver } from "./driver.js";
import { StoreError } from "./error.js";
import { integerOf } from "./row.js";

/**
 * Brings a database to the newest version of its schema, in one transaction.
 *
 * @param migrations the statements that lead from version n (its place in the list) to n+1
 * @throws StoreError `newer-version` for a database of a later version; it is left as it was
 */
export function migrate(driver: SqlDriver, migrations: readonly string[]): void {
  const row = driver.get("PRAGMA user_version");
  const version = row === undefined ? 0 : integerOf(row, "user_version");
  if (version > migrations.length) throw new StoreError("newer-version", `schema ${version} of ${migrations.length}`);
  if (version === migrations.length) return;
  driver.transaction(() => {
    for (const statements of migrations.slice(version)) driver.exec(statements);
    driver.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
