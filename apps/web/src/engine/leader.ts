import { EngineError } from "./engine-error.js";
import { leaderLock, lifeLock, type StartMessage, type WorkerMessage } from "./engine-messages.js";
import type { HomeState } from "./remote-home.js";

/** Starts that an engine gets in a minute before it is given up. */
const mostStarts = 4;
const minute = 60_000;

export interface LeaderPorts {
  /** Makes a worker of the engine's program. */
  readonly startWorker: () => Worker;
  /** Whether this tab knows of an account that was kept here. */
  readonly hadHome: () => boolean;
  /** Hears that nothing is kept here any more. */
  readonly erased: () => void;
  /** Hears of what no engine can say. */
  readonly failed: (state: HomeState) => void;
}

/** Runs the engine for all tabs once this one has the lock: until the tab ends, and anew when it crashes. */
export class Leader {
  readonly #ports: LeaderPorts;
  readonly #starts: number[] = [];
  readonly #given = new AbortController();
  #worker: Worker | undefined;
  #isLeading = false;

  constructor(ports: LeaderPorts) {
    this.#ports = ports;
    const { signal } = this.#given;
    navigator.locks
      .request(leaderLock, { signal }, () => {
        this.#isLeading = true;
        this.#start();
        return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      })
      // Given up while it waited.
      .catch(() => undefined);
  }

  get isLeading(): boolean {
    return this.#isLeading;
  }

  /** Starts the engine once more, at somebody's wish. */
  restart(): void {
    this.#starts.length = 0;
    this.#start();
  }

  /** Starts the engine, or another in its place. */
  #start(): void {
    const now = performance.now();
    this.#starts.push(now);
    this.#worker?.terminate();
    if (this.#starts.filter((at) => now - at < minute).length > mostStarts) {
      const { code, message } = new EngineError("engine-crashed").toJSON();
      this.#worker = undefined;
      this.#ports.failed({ kind: "failed", error: { code, message } });
      return;
    }
    const engine = crypto.randomUUID();
    const worker = this.#ports.startWorker();
    this.#worker = worker;
    const startAgain = () => {
      if (this.#worker === worker) this.#start();
    };
    // What nothing has caught has left it in a state that nobody knows.
    worker.onerror = startAgain;
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.kind === "erased") {
        this.#ports.erased();
        startAgain();
      } else {
        // One that ends without a word lets go of its lock.
        void navigator.locks.request(lifeLock(engine), startAgain);
      }
    };
    worker.postMessage({ engine, hadHome: this.#ports.hadHome() } satisfies StartMessage);
  }

  /** Lets another tab run the engine. */
  giveUp(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#given.abort();
  }
}
