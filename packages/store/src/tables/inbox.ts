import type { SqlDriver } from "../driver.js";
import { integerOf } from "../row.js";

/** How far this device's inbox has been processed. */
export class InboxTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** The number of the last item that was processed; 0 before the first. */
  cursor(): number {
    const row = this.#driver.get("SELECT number FROM inbox_cursor");
    return row === undefined ? 0 : integerOf(row, "number");
  }

  setCursor(number: number): void {
    this.#driver.run(
      "INSERT INTO inbox_cursor (id, number) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number",
      [number],
    );
  }
}
