/**
 * The end of an event-loop turn: first what came in is committed, then what came of it is written, so that a request is
 * answered in the turn that brought it and every connection is written to once.
 */
export class Turn {
  #commits: (() => void)[] = [];
  #writes: (() => void)[] = [];
  #scheduled = false;

  /** Calls back once at the end of this turn. */
  commit(callback: () => void): void {
    this.#commits.push(callback);
    this.#schedule();
  }

  /** Calls back once at the end of this turn, after all commits. */
  write(callback: () => void): void {
    this.#writes.push(callback);
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
      const writes = this.#writes;
      this.#writes = [];
      for (const write of writes) write();
    });
  }
}
