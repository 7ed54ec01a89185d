import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Client, type ClientEvent, openClient } from "@redoubt/client";
import { encodeMimiContent, type MimiContent } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import type { Relay } from "@redoubt/relay";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { TemporaryFolder, within } from "@redoubt/testkit";
import { nodePlatform } from "@redoubt/transport/node";
import { startRelayHere } from "../crash/relay-in-process.js";

const provider = await createNodeProvider();
const key = new Uint8Array(32).fill(5);

/** Somebody whose client runs in the process of the test, with a clock of their own. */
export class PersonHere {
  readonly name: string;
  readonly events: ClientEvent[] = [];
  readonly #file: string;
  readonly #relay: string;
  #ahead = 0;
  #store!: Store;
  #client!: Client;

  constructor(name: string, home: string, relay: string) {
    this.name = name;
    this.#relay = relay;
    this.#file = path.join(home, "store.db");
    mkdirSync(home, { recursive: true });
    this.open();
  }

  get client(): Client {
    return this.#client;
  }

  get store(): Store {
    return this.#store;
  }

  /** Sets the clock ahead. Timers are not moved. */
  wait(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  get now(): number {
    return nodePlatform.clock() + this.#ahead;
  }

  open(): void {
    this.#store = openStore(openLibsqlDriver(this.#file, key));
    const platform = { ...nodePlatform, clock: () => this.now };
    this.#client = openClient({ provider, store: this.#store, platform, relay: this.#relay });
    this.#client.subscribe((event) => this.events.push(event));
  }

  /** Sends a content that no client of ours would write, and then a text. @param bytes or what they would decode to */
  async smuggle(conversation: string, contents: readonly (MimiContent | Uint8Array)[], text: string): Promise<void> {
    const own = this.store.account.get();
    const id = this.store.conversations
      .list()
      .find((each) => Buffer.from(each.id).toString("hex") === conversation)?.id;
    if (own === undefined || id === undefined) throw new Error("nobody who could send");
    for (const content of contents) {
      this.store.messages.insert({
        id: provider.random(32),
        conversation: id,
        seq: undefined,
        epoch: 0n,
        senderAccount: own.accountId,
        senderDevice: new Uint8Array(16),
        at: 0,
        content: content instanceof Uint8Array ? content : encodeMimiContent(content),
        state: "pending",
        replyTo: undefined,
        reason: undefined,
        kind: "shown",
        fate: "hidden",
        target: undefined,
        thread: undefined,
        mentionsUs: false,
        expiresAfter: undefined,
        expiresAt: undefined,
      });
    }
    await this.client.send(conversation, text);
  }

  /** Waits for a text from somebody else. */
  hears(text: string): Promise<void> {
    const isIt = (event: ClientEvent) => event.kind === "message" && event.message.text === text;
    if (this.events.some(isIt)) return Promise.resolve();
    const hearing = new Promise<void>((resolve) => {
      const end = this.client.subscribe((event) => {
        if (!isIt(event)) return;
        end();
        resolve();
      });
    });
    return within(hearing, () => `${this.name} to hear ${text}`);
  }
}

/** A relay and people, all in the process of the test. */
export class WorldHere implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #relay: Relay;
  readonly #people: PersonHere[] = [];

  private constructor(folder: TemporaryFolder, relay: Relay) {
    this.#folder = folder;
    this.#relay = relay;
  }

  static async start(): Promise<WorldHere> {
    const folder = new TemporaryFolder();
    return new WorldHere(folder, await startRelayHere(folder.at("relay")));
  }

  async registered(name: string): Promise<PersonHere> {
    const person = new PersonHere(name, this.#folder.at("homes", name), this.#relay.url);
    this.#people.push(person);
    await person.client.register(name);
    return person;
  }

  /** A conversation that both have agreed to. */
  async acquainted(a: PersonHere, b: PersonHere): Promise<string> {
    const conversation = await a.client.directWith(b.name);
    await a.client.send(conversation, "hello");
    await b.client.sync();
    await b.client.accept(conversation);
    await a.client.sync();
    return conversation;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client } of this.#people) await client.close();
    await this.#relay.stop();
    this.#folder[Symbol.dispose]();
  }
}
