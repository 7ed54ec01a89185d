import type { RelayErrorCode } from "@redoubt/wire";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RelayError };

const ofStorage: ReadonlySet<RelayErrorCode> = new Set<RelayErrorCode>(["storage-full", "storage-damaged"]);

interface Job {
  run(): void;
  settle(failure: RelayError | undefined): void;
}

/**
 * Group commit: all writes that come in during one turn of the event loop share one durable transaction, in order, and
 * nobody hears of them before it has committed.
 */
export class CommitQueue {
  readonly #ports: Pick<RelayPorts, "store" | "atTurnEnd">;
  readonly #onRollback: () => void;
  #jobs: Job[] = [];

  /** @param onRollback called after a failed transaction, before anyone hears of it: drop what was cached of it */
  constructor(ports: Pick<RelayPorts, "store" | "atTurnEnd">, onRollback: () => void) {
    this.#ports = ports;
    this.#onRollback = onRollback;
  }

  /**
   * @param work writes to the store; refuses with a RelayError before its first write, never after it
   * @param settle called once, after the commit or the refusal; must not throw
   */
  submit<T>(work: () => T, settle: (outcome: Outcome<T>) => void): void {
    let outcome: Outcome<T> | undefined;
    this.#jobs.push({
      run: () => {
        outcome = attempt(work);
      },
      settle: (failure) => settle(failure === undefined ? (outcome as Outcome<T>) : { ok: false, error: failure }),
    });
    if (this.#jobs.length === 1) this.#ports.atTurnEnd(() => this.flush());
  }

  /** Commits what has been submitted. */
  flush(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    if (jobs.length === 0) return;
    const failure = this.#commit(jobs);
    if (failure === undefined || jobs.length === 1) {
      for (const job of jobs) job.settle(failure);
      return;
    }
    // One write that fails must not take the others down with it: a full disk still takes acknowledgements.
    for (const job of jobs) job.settle(this.#commit([job]));
  }

  #commit(jobs: readonly Job[]): RelayError | undefined {
    try {
      this.#ports.store.transaction(() => {
        for (const job of jobs) job.run();
      });
      return undefined;
    } catch (error) {
      this.#onRollback();
      if (error instanceof RelayError) return error;
      return new RelayError("internal", { cause: error });
    }
  }
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    // What the storage cannot do is no refusal of this one job: the transaction is broken and must roll back.
    if (error instanceof RelayError && !ofStorage.has(error.code)) return { ok: false, error };
    throw error;
  }
}
