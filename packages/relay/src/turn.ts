/**
 * The end of an event-loop turn: first what came in is committed, then what came of it is written, so that a request is
 * answered in the turn that brought it and every connection is written to once.
 */
export class Turn {
  #commits: (() => void)[] = [];
  #writers: { flush(): void }[] = [];
  #scheduled = false;

  /** Calls back once at the end of this turn. */
  commit(callback: () => void): void {
    this.#commits.push(callback);
    this.#schedule();
  }

  /** Has a writer flush at the end of this turn, after all commits. */
  write(writer: { flush(): void }): void {
    this.#writers.push(writer);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const commits = this.#commits;
      this.#commits = [];
      for (const commit of commits) commit();
      const writers = this.#writers;
      this.#writers = [];
      for (const writer of writers) writer.flush();
    });
  }
}
