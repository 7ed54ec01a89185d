import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../apps/cli/bin/redoubt.js", import.meta.url));

type Fields = Readonly<Record<string, unknown>>;

/** What a client's processes are told: its home's folder and its relay. */
export function environmentOf(home: string, relay: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], REDOUBT_HOME: home, REDOUBT_RELAY: relay };
}

/** A running `redoubt rpc`. */
export class Online {
  readonly #child;
  readonly #ended: Promise<unknown>;
  #events: Fields[] = [];
  #wake: () => void = () => undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [program, "rpc"], { env: environment, stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = once(this.#child, "close");
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const fields = JSON.parse(line) as Fields;
      if (fields["error"] !== undefined) throw new Error(line);
      this.#events.push(fields);
      this.#wake();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  tell(...words: readonly string[]): void {
    this.#child.stdin.write(`${JSON.stringify(words)}\n`);
  }

  /** Waits for an event, and forgets those before it. */
  async next(matches: (event: Fields) => boolean): Promise<Fields> {
    for (;;) {
      const found = this.#events.find(matches);
      this.#events = [];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}

/** Runs one command to its end. */
export async function runCommand(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [program, "--json", ...words], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`redoubt ${words.join(" ")} ended with ${status}`);
}
