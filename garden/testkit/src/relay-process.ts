import { within } from "./deadline.js";
import { relayProgram } from "./programs.js";
import { RunningProcess } from "./running-process.js";

export interface RelayOptions {
  readonly data: string;
  /** Any that is free without one. */
  readonly port?: number;
  /** Further options of `redoubt-relay start`. */
  readonly words?: readonly string[];
  /** Limits of the process, as the shell sets them: words of `ulimit`, such as `-n 100`. */
  readonly limit?: string;
}

/** Leading zero bits of a stamp: little work, for tests are not about it. */
const powBits = 4;

/** A relay as a process of its own. It can be killed, and started again on the same data and port. */
export class RelayProcess implements AsyncDisposable {
  readonly #options: RelayOptions;
  #running: RunningProcess;
  #url: string;
  /** What the processes before this one have written. */
  readonly #earlierLines: string[] = [];

  private constructor(options: RelayOptions, running: RunningProcess, url: string) {
    this.#options = options;
    this.#running = running;
    this.#url = url;
  }

  /** @throws Error with what it wrote to stderr if it does not get ready */
  static async start(options: RelayOptions): Promise<RelayProcess> {
    const { running, url } = await launch(options);
    return new RelayProcess(options, running, url);
  }

  /** Its origin. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Of the process of now. */
  get processId(): number | undefined {
    return this.#running.id;
  }

  /** All that was ever logged. */
  get lines(): readonly string[] {
    return [...this.#earlierLines, ...this.#running.lines];
  }

  /** Makes an invite as its operator does, beside the process. @param words options of `redoubt-relay invite` */
  async invite(...words: readonly string[]): Promise<string> {
    await using running = new RunningProcess(relayProgram, ["invite", "--data", this.#options.data, ...words]);
    await within(running.ended, () => `an invite; stderr: ${running.errors}`);
    const [code] = running.lines;
    if (code === undefined) throw new Error(`no invite: ${running.errors}`);
    return code;
  }

  /** Ends the process; SIGTERM lets it finish what it does. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#running.kill(signal);
  }

  /** Starts again, on the same data and port, what was stopped. @param words in the place of the further options */
  async startAgain(words = this.#options.words ?? []): Promise<void> {
    const { port } = this;
    this.#earlierLines.push(...this.#running.lines);
    const { running, url } = await launch({ ...this.#options, words, port });
    this.#running = running;
    this.#url = url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
  }
}

async function launch({
  data,
  port = 0,
  words = [],
  limit,
}: RelayOptions): Promise<{ running: RunningProcess; url: string }> {
  const given = ["start", "--data", data, "--port", String(port), "--pow-bits", String(powBits), ...words];
  let isReady: (url: string) => void;
  const ready = new Promise<string>((resolve) => {
    isReady = resolve;
  });
  const running = new RunningProcess(relayProgram, given, {
    ...(limit === undefined ? {} : { under: ["sh", "-c", `ulimit ${limit} && exec "$@"`, "sh"] }),
    takeLine: (line) => {
      const { msg, url } = JSON.parse(line) as { readonly msg: string; readonly url: string };
      if (msg === "ready") isReady(url);
    },
  });
  const ended = running.ended.then(({ status }) => {
    throw new Error(`the relay ended with ${status}: ${running.errors}`);
  });
  return { running, url: await within(Promise.race([ready, ended]), () => `a relay; stderr: ${running.errors}`) };
}
