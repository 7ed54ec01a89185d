import type { Logger } from "pino";
import { describeFault } from "./log.js";

/** Lines a minute: who can make a request fail must not fill the disk with it. */
const linesPerMinute = 20;

/** Logs what failed; of many faults a minute it says only how many there were. */
export class FaultLog {
  readonly #logger: Logger;
  #minute = 0;
  #lines = 0;
  #unsaid = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  readonly add = (error: unknown): void => {
    const minute = Math.floor(performance.now() / 60_000);
    if (minute !== this.#minute) {
      if (this.#unsaid > 0) this.#logger.error({ count: this.#unsaid }, "more requests failed");
      this.#minute = minute;
      this.#lines = 0;
      this.#unsaid = 0;
    }
    if (this.#lines < linesPerMinute) {
      this.#lines += 1;
      this.#logger.error(describeFault(error), "a request failed");
    } else this.#unsaid += 1;
  };
}
