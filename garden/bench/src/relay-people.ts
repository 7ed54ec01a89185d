import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median, type Sample, timed } from "./measure.js";
import type { RelayProgram } from "./relay-program.js";

const program = fileURLToPath(new URL("../../../apps/cli/bin/redoubt.js", import.meta.url));
const messages = 30;
const starts = 5;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Two people, each a process of `redoubt rpc` with a home on disk.
 *
 * @returns medians in milliseconds: `message` from giving the command `send` to the other process's event, `start` of
 *   `redoubt whoami` from before the process to after it
 */
export async function measurePeople(relay: RelayProgram): Promise<Sample> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
  const environmentOf = (name: string) => {
    return { PATH: process.env["PATH"], REDOUBT_HOME: path.join(folder, name), REDOUBT_RELAY: relay.url };
  };
  const [ofAlice, ofBob] = [environmentOf("alice"), environmentOf("bob")];
  try {
    await run(["register", "alice"], ofAlice);
    await run(["register", "bob"], ofBob);
    const message = await measureMessages(new Online(ofAlice), new Online(ofBob));
    const times: number[] = [];
    for (let i = 0; i < starts; i++) times.push((await timed(() => run(["whoami"], ofAlice))).time);
    return { message, start: median(times) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureMessages(alice: Online, bob: Online): Promise<number> {
  const times: number[] = [];
  alice.tell("dm", "@bob");
  alice.tell("send", "@bob", "first");
  const { conversation } = await bob.next((event) => event["event"] === "request");
  bob.tell("accept", String(conversation));
  for (let i = 0; i < messages; i++) {
    const text = `message ${i}`;
    const start = performance.now();
    alice.tell("send", "@bob", text);
    await bob.next((event) => event["event"] === "message" && event["text"] === text);
    times.push(performance.now() - start);
  }
  await Promise.all([alice.end(), bob.end()]);
  return median(times);
}

/** A running `redoubt rpc`. */
class Online {
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

async function run(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [program, "--json", ...words], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`redoubt ${words.join(" ")} ended with ${status}`);
}
