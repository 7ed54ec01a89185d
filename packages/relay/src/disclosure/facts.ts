import { toHex } from "@redoubt/base";
import type { RawRow } from "@redoubt/relay-core";
import type { DisclosureDocument } from "@redoubt/wire";
import { readChain } from "../account-chains.js";
import { isoDay } from "./iso-day.js";

/** Gathers, while rows pass, what a reader wants to know first. Keeps counts and the account's public chain alone. */
export class Facts {
  readonly #chain: Uint8Array[] = [];
  readonly #days = new Map<number, number>();
  readonly #counts = new Map<string, number>();

  /** Takes note of a row of a table. */
  see(table: string, row: RawRow): void {
    this.#counts.set(table, this.count(table) + 1);
    const [entry, day] = [row.get("entry"), row.get("day")];
    if (table === "account_entries" && entry instanceof Uint8Array) this.#chain.push(entry);
    if (typeof day === "number") this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
  }

  /** Rows of a table so far. */
  count(table: string): number {
    return this.#counts.get(table) ?? 0;
  }

  account(id: Uint8Array): NonNullable<DisclosureDocument["account"]> {
    const history = readChain(this.#chain)?.history;
    return {
      id: toHex(id),
      entries:
        history?.map(({ type, day, devices }) => ({ kind: type, day: isoDay(day), devices: devices.length })) ?? null,
      devices: this.count("devices"),
      keyPackages: this.count("key_packages"),
      inboxItems: this.#perDay(),
    };
  }

  log(): NonNullable<DisclosureDocument["log"]> {
    return { entries: this.#perDay() };
  }

  #perDay(): { day: string; count: number }[] {
    const days = [...this.#days].sort(([a], [b]) => a - b);
    return days.map(([day, count]) => ({ day: isoDay(day), count }));
  }
}
