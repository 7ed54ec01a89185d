import type { Store } from "@redoubt/store";
import type { Schedule } from "@redoubt/transport";
import { eraseMessage } from "./message-index.js";

const batch = 100;

/** The longest that a platform's timer can be asked to wait, in milliseconds. */
const longestWait = 2 ** 31 - 1;

/** Erases messages whose time has come: when asked, and by itself at the moment that the next one's does. */
export class Expiry {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #schedule: Schedule;
  readonly #gone: (conversation: Uint8Array, message: Uint8Array) => void;
  #cancel: () => void = () => undefined;
  #planned: number | undefined;

  /** @param gone is told of every message that was erased */
  constructor(
    ports: { readonly store: Store; readonly now: () => number; readonly schedule: Schedule },
    gone: (conversation: Uint8Array, message: Uint8Array) => void,
  ) {
    this.#store = ports.store;
    this.#now = ports.now;
    this.#schedule = ports.schedule;
    this.#gone = gone;
  }

  /** Erases what is due now, and plans for the next. */
  sweep(): void {
    const { messages } = this.#store;
    for (let due = messages.expired(this.#now(), batch); due.length > 0; due = messages.expired(this.#now(), batch)) {
      this.#store.transaction(() => {
        for (const { id } of due) eraseMessage(this.#store, id, "expired");
      });
      for (const { conversation, id } of due) this.#gone(conversation, id);
    }
    this.plan();
  }

  /** Waits for the next message's moment; called when times may have changed. */
  plan(): void {
    const next = this.#store.messages.nextExpiry();
    if (next === this.#planned) return;
    this.stop();
    if (next === undefined) return;
    this.#planned = next;
    const wait = Math.min(Math.max(next - this.#now(), 0), longestWait);
    this.#cancel = this.#schedule(wait, () => {
      this.#planned = undefined;
      this.sweep();
    });
  }

  stop(): void {
    this.#cancel();
    this.#planned = undefined;
  }
}
