import { bytesKey } from "@redoubt/base";

interface Turn {
  readonly done: Promise<void>;
  readonly interrupt: () => void;
}

/**
 * One thing at a time on each blob. Who comes later interrupts the one before and waits until it has settled: an upload
 * whose connection is dead must not lock out the same upload on a new one.
 */
export class BlobTurns {
  readonly #turns = new Map<string, Turn>();

  /** @param interrupt ends the work early; what it has done by then counts */
  async take<T>(blobId: Uint8Array, interrupt: () => void, work: () => Promise<T>): Promise<T> {
    const key = bytesKey(blobId);
    const before = this.#turns.get(key);
    before?.interrupt();
    const working = (before?.done ?? Promise.resolve()).then(work);
    const done = working.then(
      () => {},
      () => {},
    );
    const turn = { done, interrupt };
    this.#turns.set(key, turn);
    try {
      return await working;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  /** Interrupts everything and waits until it has settled. */
  async stop(): Promise<void> {
    for (const { interrupt } of this.#turns.values()) interrupt();
    await Promise.all([...this.#turns.values()].map(({ done }) => done));
  }
}
