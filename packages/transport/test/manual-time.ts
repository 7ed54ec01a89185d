import type { Schedule } from "../src/index.js";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Time that passes when a test says so. */
export class ManualTime {
  #now = 1_700_000_000_000;
  readonly #timers = new Set<Timer>();

  readonly clock = (): number => this.#now;

  readonly schedule: Schedule = (milliseconds, run) => {
    const timer = { due: this.#now + milliseconds, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers are running: what would keep a process alive. */
  get running(): number {
    return this.#timers.size;
  }

  /** Lets time pass: runs what falls due, in order. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.due;
      this.#timers.delete(next);
      next.run();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.due <= end);
    return due.toSorted((a, b) => a.due - b.due)[0];
  }
}
