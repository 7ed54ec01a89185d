import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger, type Relay, type RelayOptions, startRelay } from "../src/index.js";
import { type ClientOptions, TestClient } from "./test-client.js";

/** A real relay in this process, on a folder of its own, that can be stopped and started again on it. */
export class TestRelay implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), "redoubt-relay-"));
  readonly logLines: string[] = [];
  now = Date.UTC(2026, 0, 15, 12);
  #relay: Relay | undefined;
  readonly #clients: TestClient[] = [];
  readonly #options: Partial<RelayOptions>;

  private constructor(options: Partial<RelayOptions>) {
    this.#options = options;
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
    const relay = new TestRelay(options);
    await relay.start();
    return relay;
  }

  get relay(): Relay {
    if (this.#relay === undefined) throw new Error("the relay is stopped");
    return this.#relay;
  }

  async start(): Promise<void> {
    this.#relay = await startRelay({
      data: this.folder,
      host: "127.0.0.1",
      port: 0,
      registration: "open",
      trustProxy: false,
      powBits: 0,
      clock: () => this.now,
      logger: createLogger({ write: (line: string) => void this.logLines.push(line) }),
      ...this.#options,
    });
  }

  async stop(): Promise<void> {
    await this.#relay?.stop();
    this.#relay = undefined;
  }

  async connect(kind: "anonymous" | "named" = "anonymous", options: ClientOptions = {}): Promise<TestClient> {
    const client = await TestClient.connect(this.relay.url, kind, options);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
