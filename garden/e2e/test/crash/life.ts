/** What everything throws that a process would have done after its death. */
class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * The life of a client that is killed within the process of the test: at a statement of its database, and from then on
 * nothing that it does has any effect.
 */
export class Life {
  #atDeath: (() => void)[] = [];
  #isOver = false;
  #left = Number.POSITIVE_INFINITY;
  #end: () => void = () => undefined;
  /** Fulfilled when it is over. */
  readonly end = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Dies at the n-th boundary of statements from now, 1 being the next. */
  dieAt(n: number): void {
    this.#left = n;
  }

  /** @throws Killed when it is over, and when it ends here */
  boundary(): void {
    this.demand();
    this.#left--;
    if (this.#left > 0) return;
    this.kill();
    this.demand();
  }

  kill(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const callback of this.#atDeath) callback();
    this.#end();
  }

  /** @throws Killed when it is over */
  demand(): void {
    if (this.#isOver) throw new Killed();
  }

  /** Calls back at the moment of death, in the order of asking. */
  atDeath(callback: () => void): void {
    this.#atDeath.push(callback);
  }

  /** Runs what the event loop has for the client; nothing once it is over. */
  run(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

/** A killed process fails no promises: from now on those of the dead are no errors of this process. */
export function letTheDeadRest(): void {
  for (const event of ["unhandledRejection", "uncaughtException"]) {
    const listeners = process.listeners(event as "uncaughtException");
    process.removeAllListeners(event);
    process.on(event, (error: Error, ...rest: ["uncaughtException"]) => {
      if (error instanceof Killed) return;
      for (const listener of listeners) listener(error, ...rest);
    });
  }
}
