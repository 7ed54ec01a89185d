import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, flagOf, optionalOf, orNull, textOf } from "../row.js";

/** How an account wants to be seen: of others, as they last said; our own. */
export interface StoredProfile {
  /** Empty for none. */
  readonly name: string;
  readonly picture: Uint8Array | undefined;
}

export class ProfileTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(accountId: Uint8Array): StoredProfile | undefined {
    const row = this.#driver.get("SELECT name, picture FROM profiles WHERE account_id = ?", [accountId]);
    return row && { name: textOf(row, "name"), picture: optionalOf(row, "picture", bytesOf) };
  }

  set(accountId: Uint8Array, { name, picture }: StoredProfile): void {
    this.#driver.run(
      `INSERT INTO profiles (account_id, name, picture) VALUES (?, ?, ?)
       ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, picture = excluded.picture`,
      [accountId, utf8(name), orNull(picture)],
    );
  }

  /** Everybody's name, without the pictures. */
  names(): { readonly accountId: Uint8Array; readonly name: string; readonly hasPicture: boolean }[] {
    const sql = "SELECT account_id, name, picture IS NOT NULL AS has_picture FROM profiles";
    return this.#driver.all(sql).map((row: SqlRow) => ({
      accountId: bytesOf(row, "account_id"),
      name: textOf(row, "name"),
      hasPicture: flagOf(row, "has_picture"),
    }));
  }
}
