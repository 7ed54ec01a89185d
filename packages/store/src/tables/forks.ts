import type { SqlDriver } from "../driver.js";
import { bytesOf } from "../row.js";

/** Accounts of which two chains were seen that cannot both be true, with the chain that came second: evidence. */
export class ForkTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** The second chain, in the caller's encoding. */
  get(accountId: Uint8Array): Uint8Array | undefined {
    const row = this.#driver.get("SELECT entries FROM forks WHERE account_id = ?", [accountId]);
    return row && bytesOf(row, "entries");
  }

  /** Keeps the first evidence that there is. */
  add(accountId: Uint8Array, entries: Uint8Array): void {
    this.#driver.run("INSERT INTO forks (account_id, entries) VALUES (?, ?) ON CONFLICT DO NOTHING", [
      accountId,
      entries,
    ]);
  }

  /** The accounts. */
  list(): Uint8Array[] {
    return this.#driver
      .all("SELECT account_id FROM forks ORDER BY account_id")
      .map((row) => bytesOf(row, "account_id"));
  }
}
