import type { Abort } from "@redoubt/transport";

/** Ends work early: an `Abort` that we pull ourselves, or that another one pulls. */
export class Stop implements Abort {
  readonly #listeners = new Set<() => void>();
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Is pulled with another one. @returns ends that */
  follow(other: Abort | undefined): () => void {
    const pull = () => this.abort();
    if (other?.aborted) pull();
    other?.addEventListener("abort", pull);
    return () => other?.removeEventListener("abort", pull);
  }
}
