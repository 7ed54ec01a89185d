import type { Work } from "./commit-queue.js";

/** A write that an operation asks for: `work` runs in the turn's transaction, `after` once that has committed. */
export class Write<T> {
  readonly work: Work<T>;
  readonly after: (value: T) => void;

  constructor(work: Work<T>, after: (value: T) => void = () => {}) {
    this.work = work;
    this.after = after;
  }
}

/** An answer after which something begins. */
export class Begin<T> {
  readonly value: T;
  readonly start: () => void;

  constructor(value: T, start: () => void) {
    this.value = value;
    this.start = start;
  }
}

/** What an operation comes to: an answer at once, one that begins something, or a write whose value is the answer. */
export type Answer<T> = T | Begin<T> | Write<T>;
