import type { RelayCore } from "@redoubt/relay-core";

/** The nightly work, a transaction at a time, so that requests come in between. */
export class Nights {
  readonly #core: RelayCore;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /** Runs one night's work, or joins the one that is running. Rejects if the store fails; the next night is complete. */
  run(): Promise<void> {
    this.#running ??= this.#night().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends after the transaction that is running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => {});
  }

  async #night(): Promise<void> {
    for await (const _step of this.#core.blobs.night()) {
      if (this.#stopped) return;
    }
    for (const _step of this.#core.maintenance.night()) {
      if (this.#stopped) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
