import { createHash } from "node:crypto";
import path from "node:path";
import { toHex } from "@redoubt/base";
import type { Relay } from "@redoubt/relay";
import { TemporaryFolder, within } from "@redoubt/testkit";
import { createTransport } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { expect } from "vitest";
import { Mortal } from "./mortal.js";
import { SentEntries } from "./mortal-platform.js";
import { startRelayHere } from "./relay-in-process.js";

/** A relay in process, people who can die, and what must be true of two of them whatever has happened. */
export class CrashWorld implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #sent = new SentEntries();
  /** Entry ids of the logs that were checked. */
  readonly #logged = new Set<string>();
  readonly #people: Mortal[] = [];
  readonly #relay: Relay;
  readonly #transport;

  private constructor(folder: TemporaryFolder, relay: Relay) {
    this.#folder = folder;
    this.#relay = relay;
    const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
    const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    this.#transport = createTransport({ ...nodePlatform, url: relay.url, random, sha256 });
  }

  static async start(): Promise<CrashWorld> {
    const folder = new TemporaryFolder();
    return new CrashWorld(folder, await startRelayHere(folder.at("relay")));
  }

  /** @param receipts whether they tell by themselves what they have got and read, which `check` would count */
  async registered(name: string, receipts = false): Promise<Mortal> {
    const folder = path.join(this.#folder.path, name);
    const mortal = new Mortal(name, { folder, relay: this.#relay.url, sent: this.#sent });
    this.#people.push(mortal);
    await mortal.client.register(name);
    mortal.client.settings({ receipts });
    return mortal;
  }

  /** A conversation that both have agreed to, with nothing under way. */
  async acquainted(a: Mortal, b: Mortal): Promise<string> {
    const conversation = await a.client.directWith(b.name);
    await a.client.send(conversation, "hello");
    await b.client.sync();
    await b.client.accept(conversation);
    await this.settle(a, b);
    return conversation;
  }

  /** Lets each take in and send all there is, twice, for what one sends the others take in. */
  async settle(...people: readonly Mortal[]): Promise<void> {
    for (const { client, name } of [...people, ...people]) {
      // Longer than the deadline: who never catches up is no success.
      const result = await within(client.sync({ wait: 600_000 }), () => `${name} to catch up`);
      expect(result).toMatchObject({ pending: 0 });
    }
  }

  /**
   * Checks that both show exactly what was said, in order, that nothing waits any more and nobody has been alarmed,
   * and that the log holds nothing else. An entry that reused a generation would open for nobody: the counts differ.
   */
  async check(conversation: string, a: Mortal, b: Mortal, said: readonly string[]): Promise<void> {
    await this.settle(a, b);
    expect(a.texts(conversation)).toEqual(said);
    expect(b.texts(conversation)).toEqual(said);
    for (const person of [a, b]) {
      expect(person.alarms).toEqual([]);
      expect(person.client.read(conversation).filter(({ state }) => state === "pending" || state === "failed")).toEqual(
        [],
      );
    }
    await this.#checkLog(a.logId(conversation), said.length);
  }

  /** The log holds the opening commit and one entry for each message, each as it was first put on the wire. */
  async #checkLog(logId: Uint8Array, messages: number): Promise<void> {
    const entries = [];
    for (let from = 1; ; from = entries.length + 1) {
      const [, last, some] = await this.#transport.errand((session) => session.request("read", [logId, from, 100]));
      entries.push(...some);
      if (entries.length >= last) break;
    }
    expect(entries).toHaveLength(1 + messages);
    for (const [, entryId, bytes] of entries) expect(this.#sent.get(entryId)).toBe(toHex(bytes));
    expect(this.#sent.conflicts).toEqual([]);
    for (const [, entryId] of entries) this.#logged.add(toHex(entryId));
  }

  /** Entry ids that were put on the wire with two contents: there must be none. */
  get conflicts(): readonly string[] {
    return this.#sent.conflicts;
  }

  /** Checks that whatever was ever put on the wire is in one of the logs that were checked. */
  checkWire(): void {
    expect(new Set(this.#sent.ids)).toEqual(this.#logged);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of this.#people) await person.end();
    this.#transport.close();
    await this.#relay.stop();
    this.#folder[Symbol.dispose]();
  }
}
