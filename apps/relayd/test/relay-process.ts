import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/redoubt-relay.js", import.meta.url));

/** The program itself, as a process of its own. */
export class RelayProcess {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #ready: Promise<string>;
  #errors = "";

  constructor(...parameters: readonly string[]) {
    this.child = spawn(process.execPath, [bin, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
    this.child.stderr?.on("data", (chunk) => {
      this.#errors += chunk;
    });
    this.#ready = new Promise((resolve) => {
      createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
        this.lines.push(line);
        const { msg, url } = JSON.parse(line);
        if (msg === "ready") resolve(url);
      });
    });
    this.ended = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** The address that it says it is ready at. */
  async ready(): Promise<string> {
    return Promise.race([
      this.#ready,
      this.ended.then(() => {
        throw new Error(`the relay ended: ${this.#errors}`);
      }),
    ]);
  }

  async kill(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    this.child.kill(signal);
    return this.ended;
  }
}
