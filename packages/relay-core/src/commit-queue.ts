import type { RelayErrorCode } from "@redoubt/wire";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RelayError };

const ofStorage: ReadonlySet<RelayErrorCode> = new Set<RelayErrorCode>(["storage-full", "storage-damaged"]);

/**
 * A part of what is cheaper done together: the parts of one `batch` that follow each other in a turn are given to it as
 * one.
 */
export class Part<I, T> {
  readonly batch: Batch<I, T>;
  readonly item: I;

  constructor(batch: Batch<I, T>, item: I) {
    this.batch = batch;
    this.item = item;
  }
}

export interface Batch<I, T> {
  /** Writes everything in order. @returns the outcome of each */
  run(items: readonly I[]): readonly Outcome<T>[];
}

/** Writes to the store; refuses with a RelayError before its first write, never after it. */
export type Work<T> = (() => T) | Part<unknown, T>;

interface Job {
  readonly work: Work<unknown>;
  readonly settle: (outcome: Outcome<unknown>) => void;
  outcome: Outcome<unknown> | undefined;
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

  /** @param settle called once, after the commit or the refusal; must not throw */
  submit<T>(work: Work<T>, settle: (outcome: Outcome<T>) => void): void {
    this.#jobs.push({ work, settle: settle as Job["settle"], outcome: undefined });
    if (this.#jobs.length === 1) this.#ports.atTurnEnd(() => this.flush());
  }

  /** Commits what has been submitted. */
  flush(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    if (jobs.length === 0) return;
    const failure = this.#commit(jobs);
    if (failure === undefined || jobs.length === 1) {
      for (const job of jobs) settle(job, failure);
      return;
    }
    // One write that fails must not take the others down with it: a full disk still takes acknowledgements.
    for (const job of jobs) settle(job, this.#commit([job]));
  }

  #commit(jobs: readonly Job[]): RelayError | undefined {
    try {
      this.#ports.store.transaction(() => runAll(jobs));
      return undefined;
    } catch (error) {
      this.#onRollback();
      if (error instanceof RelayError) return error;
      return new RelayError("internal", { cause: error });
    }
  }
}

function runAll(jobs: readonly Job[]): void {
  for (let at = 0; at < jobs.length; ) {
    const { work } = jobs[at] as Job;
    const together = work instanceof Part ? partsOf(work.batch, jobs, at) : jobs.slice(at, at + 1);
    const outcomes =
      work instanceof Part
        ? work.batch.run(together.map((job) => (job.work as Part<unknown, unknown>).item))
        : [attempt(work)];
    for (const [index, job] of together.entries()) job.outcome = outcomes[index];
    at += together.length;
  }
}

function partsOf(batch: Batch<unknown, unknown>, jobs: readonly Job[], from: number): Job[] {
  const end = jobs.findIndex(({ work }, index) => index > from && !(work instanceof Part && work.batch === batch));
  return jobs.slice(from, end < 0 ? undefined : end);
}

function settle({ outcome, settle: tell }: Job, failure: RelayError | undefined): void {
  tell(failure === undefined ? (outcome as Outcome<unknown>) : { ok: false, error: failure });
}

/** What work comes to, where a refusal is its own affair. @throws whatever breaks the transaction */
export function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    // What the storage cannot do is no refusal of this one job: the transaction is broken and must roll back.
    if (error instanceof RelayError && !ofStorage.has(error.code)) return { ok: false, error };
    throw error;
  }
}
