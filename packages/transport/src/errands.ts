import type { CodedError } from "@redoubt/base";
import type { AnonymousOp } from "@redoubt/wire";
import { Connection, type Session } from "./connection.js";
import { TransportError } from "./error.js";
import type { TransportPorts } from "./platform.js";

/** Errands under way at once; the others wait their turn. */
const atOnce = 8;
const waitingLimit = 1_024;

/**
 * Runs errands, each on an anonymous connection of its own: the relay cannot tell that two are of one person by the
 * socket they came on.
 */
export class Errands {
  readonly #ports: TransportPorts;
  readonly #url: string;
  readonly #underWay = new Set<(reason: TransportError) => void>();
  readonly #waiting: { readonly start: () => void; readonly reject: (error: TransportError) => void }[] = [];
  #isClosed = false;

  /** @param url of the relay's socket, as `socketUrl` makes it */
  constructor(ports: TransportPorts, url: string) {
    this.#ports = ports;
    this.#url = url;
  }

  /**
   * Runs one errand. Its connection ends with it.
   *
   * @throws what `errand` throws; TransportError `unreachable`, `unsupported-relay`, `bad-answer`, `busy`, `closed`
   */
  run<T>(errand: (session: Session<AnonymousOp>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) throw new TransportError("closed");
      if (this.#waiting.length >= waitingLimit) throw new TransportError("busy");
      this.#waiting.push({ start: () => this.#start(errand).then(resolve, reject), reject });
      this.#startWaiting();
    });
  }

  /** Ends everything: errands under way fail where they next ask, those that wait at once, with `closed`. */
  close(): void {
    this.#isClosed = true;
    const reason = new TransportError("closed");
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
    for (const abort of this.#underWay) abort(reason);
  }

  #startWaiting(): void {
    while (this.#underWay.size < atOnce) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.start();
    }
  }

  async #start<T>(errand: (session: Session<AnonymousOp>) => Promise<T>): Promise<T> {
    let refuse: (reason: CodedError) => void = () => undefined;
    let greet: () => void = () => undefined;
    const greeted = new Promise<void>((resolve, reject) => {
      greet = resolve;
      refuse = reject;
    });
    const listener = { greeted: greet, event: () => undefined, ended: refuse };
    const connection = new Connection<AnonymousOp>(this.#ports, this.#url, listener);
    const abort = (reason: TransportError) => {
      connection.close(reason);
      refuse(reason);
    };
    this.#underWay.add(abort);
    try {
      await greeted;
      return await errand(connection);
    } finally {
      this.#underWay.delete(abort);
      connection.close(new TransportError("closed"));
      this.#startWaiting();
    }
  }
}
