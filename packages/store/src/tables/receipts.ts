import type { SqlDriver } from "../driver.js";
import { bytesOf, integerOf } from "../row.js";

/** Up to where in the log an account has got and read a conversation, as it said. */
export interface Receipt {
  readonly accountId: Uint8Array;
  readonly delivered: number;
  readonly read: number;
}

/** One row for each member that has said anything: what was read was delivered. */
export class ReceiptTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Moves an account forward; never back. @returns whether that changed anything */
  advance(conversation: Uint8Array, { accountId, delivered, read }: Receipt): boolean {
    const { changes } = this.#driver.run(
      `INSERT INTO receipts (conversation, account_id, delivered, read) VALUES (?, ?, ?, ?)
       ON CONFLICT (conversation, account_id) DO UPDATE SET
         delivered = max(delivered, excluded.delivered), read = max(read, excluded.read)
       WHERE excluded.delivered > delivered OR excluded.read > read`,
      [conversation, accountId, Math.max(delivered, read), read],
    );
    return changes > 0;
  }

  list(conversation: Uint8Array): Receipt[] {
    const sql = "SELECT account_id, delivered, read FROM receipts WHERE conversation = ? ORDER BY account_id";
    return this.#driver.all(sql, [conversation]).map((row) => ({
      accountId: bytesOf(row, "account_id"),
      delivered: integerOf(row, "delivered"),
      read: integerOf(row, "read"),
    }));
  }
}
