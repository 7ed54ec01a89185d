import type { Clock } from "@redoubt/base";
import type { LogBook } from "./log-book.js";
import type { ClusterCursor } from "./log-store.js";
import type { RelayStore } from "./store.js";

const dayMs = 86_400_000;

/** The nightly work, in small transactions so that nobody waits for it. */
export class Maintenance {
  readonly #store: RelayStore;
  readonly #book: LogBook;
  readonly #clock: Clock;
  readonly #retentionDays: number;

  /** @param options `retentionDays`: how long entries are kept */
  constructor(
    ports: { readonly store: RelayStore; readonly clock: Clock },
    options: { readonly book: LogBook; readonly retentionDays: number },
  ) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#book = options.book;
    this.#retentionDays = options.retentionDays;
  }

  /** Forgets what has expired, then clusters the rest by log. Yields after every transaction; may be stopped there. */
  *night(): Generator<"expire" | "cluster", void, void> {
    const today = Math.floor(this.#clock() / dayMs);
    const day = today - this.#retentionDays;
    this.#step(() => this.#store.invites.expire(today));
    let log: number | undefined = 0;
    while (log !== undefined) {
      const from: number = log;
      log = this.#step(() => this.#store.logs.expire(day, from));
      this.#book.forgetAll();
      yield "expire";
    }
    let cursor: ClusterCursor | undefined;
    do {
      const from = cursor;
      cursor = this.#step(() => this.#store.logs.cluster(from));
      yield "cluster";
    } while (cursor !== undefined);
    this.#store.scrub();
  }

  #step<T>(work: () => T): T {
    let value: { readonly done: T } | undefined;
    this.#store.transaction(() => {
      value = { done: work() };
    });
    return (value as { readonly done: T }).done;
  }
}
