import { mkdirSync } from "node:fs";
import { type Client, type ClientEvent, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import type { Relay } from "@redoubt/relay";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { TemporaryFolder, within } from "@redoubt/testkit";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { expect } from "vitest";
import { startRelayHere } from "../crash/relay-in-process.js";

const provider = await createNodeProvider();
const key = new Uint8Array(32).fill(9);

/** A network on which nothing can be reached. */
export const offlinePlatform: Platform = {
  ...nodePlatform,
  openSocket: (_, { closed }) => {
    setImmediate(() => closed(1006));
    return { send: () => undefined, close: () => undefined };
  },
};

/** Somebody with a client in the process of the test. */
export class Member {
  readonly events: ClientEvent[] = [];
  readonly store: Store;
  readonly client: Client;

  constructor(
    readonly name: string,
    file: string,
    relay: string,
    platform = nodePlatform,
    prepare: (store: Store) => void = () => undefined,
  ) {
    this.store = openStore(openLibsqlDriver(file, key));
    prepare(this.store);
    this.client = openClient({ provider, store: this.store, platform, relay });
    this.client.subscribe((event) => this.events.push(event));
  }

  /** Texts of a conversation with who wrote them. */
  texts(conversation: string): readonly string[] {
    return this.client.read(conversation).map(({ from, text }) => `${from}: ${text}`);
  }

  /** The kinds of alarms that were raised. */
  get alarms(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm] : []));
  }
}

/** A relay in process and people with clients in process. */
export class GroupWorld implements AsyncDisposable {
  readonly relay: Relay;
  readonly #folder: TemporaryFolder;
  readonly #members: Member[] = [];

  private constructor(folder: TemporaryFolder, relay: Relay) {
    this.#folder = folder;
    this.relay = relay;
  }

  /** @param clock of the relay */
  static async start(clock = Date.now): Promise<GroupWorld> {
    const folder = new TemporaryFolder();
    return new GroupWorld(folder, await startRelayHere(folder.at("relay"), [], clock));
  }

  /** A further relay. */
  another(name: string): Promise<Relay> {
    return startRelayHere(this.#folder.at(name));
  }

  async registered(name: string, platform = nodePlatform): Promise<Member> {
    mkdirSync(this.#folder.at(name), { recursive: true });
    const member = new Member(name, this.#folder.at(name, "store.db"), this.relay.url, platform);
    this.#members.push(member);
    await member.client.register(name);
    return member;
  }

  /** A device whose home is made by hand. */
  async device(name: string, prepare: (store: Store) => void): Promise<Member> {
    mkdirSync(this.#folder.at(name), { recursive: true });
    const member = new Member(name, this.#folder.at(name, "store.db"), this.relay.url, nodePlatform, prepare);
    this.#members.push(member);
    return member;
  }

  /** Goes offline. */
  async offline(member: Member): Promise<void> {
    await member.client.close();
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  /** The database of somebody's home. */
  file({ name }: Member): string {
    return this.#folder.at(name, "store.db");
  }

  /** Comes back to the same home. @param prepare does something to the store before the client has it */
  back(who: Member, platform = nodePlatform, prepare?: (store: Store) => void): Member {
    const member = new Member(who.name, this.file(who), this.relay.url, platform, prepare);
    this.#members.push(member);
    return member;
  }

  /** A group that the first made and the others accepted. */
  async group(title: string, [owner, ...others]: readonly [Member, ...Member[]]): Promise<string> {
    const { conversation } = await owner.client.createGroup(
      title,
      others.map(({ name }) => name),
    );
    for (const { client } of others) {
      await client.sync();
      await client.accept(conversation);
    }
    return conversation;
  }

  /** Lets everybody take in and send all there is, until nothing changes any more. */
  async settle(...members: readonly Member[]): Promise<void> {
    for (const { client, name } of [...members, ...members, ...members]) {
      const result = await within(client.sync({ wait: 600_000 }), () => `${name} to catch up`);
      expect(result).toMatchObject({ pending: 0 });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client } of this.#members) await client.close();
    await this.relay.stop();
    this.#folder[Symbol.dispose]();
  }
}

/** What members must agree on: epoch, tree and who has which role. */
export function agreed(members: readonly Member[], conversation: string): void {
  const [first, ...others] = members.map(({ client }) => {
    const { epoch, treeHash, members: all, title } = client.groupInfo(conversation);
    return { epoch, treeHash, title, members: all };
  });
  for (const other of others) expect(other).toEqual(first);
}
