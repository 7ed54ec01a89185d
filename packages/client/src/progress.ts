import type { Schedule } from "@redoubt/transport";

/** Lets callers wait until something has become true. */
export class Progress {
  readonly #schedule: Schedule;
  readonly #checks = new Set<() => void>();

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** Something may have changed. */
  tell(): void {
    for (const check of [...this.#checks]) check();
  }

  /** @returns whether it became true within so many milliseconds */
  until(isTrue: () => boolean, milliseconds: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (result: boolean) => {
        cancel();
        this.#checks.delete(check);
        resolve(result);
      };
      const cancel = this.#schedule(milliseconds, () => end(isTrue()));
      const check = () => {
        if (isTrue()) end(true);
      };
      this.#checks.add(check);
    });
  }
}
