import { utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { bytesOf } from "../row.js";

/** Single values by name. */
export class MetaTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(key: string): Uint8Array | undefined {
    const row = this.#driver.get("SELECT value FROM meta WHERE key = ?", [utf8(key)]);
    return row && bytesOf(row, "value");
  }

  set(key: string, value: Uint8Array): void {
    this.#driver.run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [utf8(key), value],
    );
  }

  delete(key: string): void {
    this.#driver.run("DELETE FROM meta WHERE key = ?", [utf8(key)]);
  }
}
