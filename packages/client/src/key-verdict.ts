import { bytesKey } from "@redoubt/base";
import type { Store } from "@redoubt/store";

/**
 * What may be done with an account's keys.
 *
 * `verified`: it may be written to. `pending`: what is written waits. `unverified`, `fork`, `unavailable`: nothing is
 * sent to a conversation that the account is in, until its leaves are removed or proved.
 */
export type KeyVerdict = "verified" | "pending" | "unverified" | "fork" | "unavailable";

/**
 * Judges keys before anything is encrypted to them. It stops sending and never decides whether a commit is valid: what
 * one member knows of an account must not fork a group.
 */
export interface KeyVerdicts {
  /** The verdict on an account, 32 bytes. Synchronous: it is asked within the transaction that seals. */
  of(account: Uint8Array): KeyVerdict;
}

/**
 * As long as there is no key log: an account's chain verified, and the account was pinned when it was first seen. Two
 * chains of one account that cannot both be true are a fork.
 */
export class PinnedKeys implements KeyVerdicts {
  readonly #forked: Set<string>;

  constructor(store: Store) {
    this.#forked = new Set(store.forks.list().map(bytesKey));
  }

  of(account: Uint8Array): KeyVerdict {
    return this.#forked.has(bytesKey(account)) ? "fork" : "verified";
  }

  /** Once evidence of a fork is stored. */
  addFork(account: Uint8Array): void {
    this.#forked.add(bytesKey(account));
  }
}
