import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { within } from "./deadline.js";
import { told } from "./told.js";

/** How a process ended. */
export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its output and errors are kept; for what is waited for by line they are. */
  readonly takeLine?: (line: string) => void;
  /** A command that runs the program, such as one that sets limits; the program itself without one. */
  readonly under?: readonly string[];
}

/** A Node program that runs as a process of its own. Disposing of it kills it. */
export class RunningProcess implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly ended: Promise<End>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #errors = "";

  constructor(
    program: string,
    words: readonly string[],
    { environment = {}, takeLine, under = [] }: ProcessOptions = {},
  ) {
    const [command, ...rest] = [...under, process.execPath, program, ...words] as [string, ...string[]];
    this.#child = spawn(command, rest, {
      stdio: ["pipe", "pipe", "pipe"],
      // Nothing of whoever runs the tests: no home, no relay, no passphrase of theirs.
      env: { PATH: process.env["PATH"], TZ: "UTC", ...environment },
    });
    // A process that is killed does not read what it is given.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
      told(text);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.lines.push(line);
      if (line.includes('"error"')) told(line);
      takeLine?.(line);
    });
    this.ended = once(this.#child, "close").then(([status, signal]) => ({ status, signal }));
  }

  get id(): number | undefined {
    return this.#child.pid;
  }

  /** What it has written to stderr. */
  get errors(): string {
    return this.#errors;
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Ends its input. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<End> {
    this.#child.kill(signal);
    return within(this.ended, `the end after ${signal}; stderr: ${this.#errors}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGKILL");
  }
}
