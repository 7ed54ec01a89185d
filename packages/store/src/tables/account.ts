import { asSecret, type Secret, utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { bytesOf, textOf } from "../row.js";

/** The account of this home, as this device knows it. */
export interface OwnAccount {
  /** 32 bytes. */
  readonly accountId: Uint8Array;
  readonly username: string;
  /** The private keys of this device, in the caller's encoding. */
  readonly deviceKeys: Secret;
}

/** A home has one account at most, with the signed entries of its chain. */
export class AccountTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(): OwnAccount | undefined {
    const row = this.#driver.get("SELECT account_id, username, device_keys FROM account");
    if (row === undefined) return undefined;
    return {
      accountId: bytesOf(row, "account_id"),
      username: textOf(row, "username"),
      deviceKeys: asSecret(bytesOf(row, "device_keys")),
    };
  }

  /** Stores the account, in the place of an earlier one. Its entries stay. */
  set({ accountId, username, deviceKeys }: OwnAccount): void {
    this.#driver.run(
      `INSERT INTO account (id, account_id, username, device_keys) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         account_id = excluded.account_id, username = excluded.username, device_keys = excluded.device_keys`,
      [accountId, utf8(username), deviceKeys],
    );
  }

  /** The signed entries, from the genesis on. */
  entries(): Uint8Array[] {
    return this.#driver.all("SELECT entry FROM account_entries ORDER BY seq").map((row) => bytesOf(row, "entry"));
  }

  /** @throws StoreError `constraint` when the chain has an entry of this number */
  appendEntry(seq: number, entry: Uint8Array): void {
    this.#driver.run("INSERT INTO account_entries (seq, entry) VALUES (?, ?)", [seq, entry]);
  }
}
