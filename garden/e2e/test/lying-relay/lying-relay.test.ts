import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Client, type ClientEvent, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import type { Relay } from "@redoubt/relay";
import { openStore } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { TemporaryFolder, within } from "@redoubt/testkit";
import type { Platform, WatchedEntry } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startRelayHere } from "../crash/relay-in-process.js";
import { type Lies, lyingPlatform, noLies } from "./lying-platform.js";

const provider = await createNodeProvider();
const folder = new TemporaryFolder();
const key = new Uint8Array(32).fill(9);
let relay: Relay;
let pairs = 0;

/** The relay is honest to Alice and lies to Bob. */
let lies: Lies;
let alice: Client;
let bob: Client;
let openBob: () => Client;
let conversation: string;
let told: ClientEvent[];

beforeAll(async () => {
  relay = await startRelayHere(folder.at("relay"));
});

afterAll(async () => {
  await relay.stop();
  folder[Symbol.dispose]();
});

function open(name: string, platform: Platform): Client {
  const home = folder.at("homes", name);
  mkdirSync(home, { recursive: true });
  const store = openStore(openLibsqlDriver(path.join(home, "store.db"), key));
  return openClient({ provider, store, platform, relay: relay.url });
}

beforeEach(async () => {
  pairs++;
  lies = noLies();
  openBob = () => open(`bob${pairs}`, lyingPlatform(lies));
  alice = open(`alice${pairs}`, nodePlatform);
  bob = openBob();
  await alice.register(`alice${pairs}`);
  await bob.register(`bob${pairs}`);
  // The lies name entries by their place in the log: nothing may be told there by itself.
  for (const client of [alice, bob]) client.settings({ receipts: false });
  conversation = await alice.directWith(`bob${pairs}`);
  await alice.send(conversation, "hello");
  await bob.sync();
  await bob.accept(conversation);
  await alice.sync();
  told = [];
  bob.subscribe((event) => told.push(event));
});

afterEach(async () => {
  await alice.close();
  await bob.close();
});

/** Waits until a client tells of something. */
function heard(client: Client, what: string, matches: (event: ClientEvent) => boolean): Promise<void> {
  const hearing = new Promise<void>((resolve) => {
    const end = client.subscribe((event) => {
      if (!matches(event)) return;
      end();
      resolve();
    });
  });
  return within(hearing, () => what);
}

function alarmed(client: Client, alarm: string): Promise<void> {
  return heard(client, alarm, (event) => event.kind === "alarm" && event.alarm === alarm);
}

/** Alice writes texts, each after the one before has come back to her. */
async function say(...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await alice.send(conversation, text);
    await alice.sync();
  }
}

/** The kinds of alarms that Bob was told of, in order. */
function alarms(): string[] {
  return told.flatMap((event) => (event.kind === "alarm" ? [event.alarm] : []));
}

function textsOf(client: Client): string[] {
  return client.read(conversation).map(({ text }) => text);
}

it("tells the truth without alarms", async () => {
  await say("one", "two");
  await bob.sync();
  expect(textsOf(bob)).toEqual(["hello", "one", "two"]);
  expect(alarms()).toEqual([]);
});

it("drops an entry and numbers the others anew", async () => {
  // 1 is the opening, 2 hello.
  lies.entry = (entry) => (entry.seq === 3 ? [] : [{ ...entry, seq: entry.seq - 1 }]);
  const alarm = alarmed(bob, "reordered");
  await say("dropped", "kept");
  await alarm;
  expect(textsOf(bob)).toEqual(["hello", "kept"]);
});

it("splits the log: what Bob writes tells Alice that he saw another one", async () => {
  let dropped: WatchedEntry | undefined;
  lies.entry = (entry) => {
    if (entry.seq === 3) dropped = entry;
    return entry.seq === 3 ? [] : [{ ...entry, seq: entry.seq - 1 }];
  };
  const seen = heard(bob, "kept", (event) => event.kind === "message" && event.message.text === "kept");
  await say("dropped", "kept");
  await seen;
  expect(dropped?.seq).toBe(3);
  const alarm = alarmed(alice, "forked");
  await bob.send(conversation, "from a split log");
  await alarm;
});

it("reorders entries", async () => {
  let held: WatchedEntry | undefined;
  lies.entry = (entry) => {
    if (entry.seq === 3) held = entry;
    if (entry.seq === 4 && held !== undefined)
      return [
        { ...entry, seq: 3 },
        { ...held, seq: 4 },
      ];
    return entry.seq === 3 ? [] : [entry];
  };
  const alarm = alarmed(bob, "forked");
  await say("one", "two", "three");
  await alarm;
  expect(alarms()).toEqual(["reordered", "forked"]);
});

it.each([
  { name: "under its own id", id: (entryId: Uint8Array) => entryId, alarm: "replayed" },
  { name: "under another id", id: (entryId: Uint8Array) => entryId.map((byte) => byte ^ 1), alarm: "altered" },
])("replays an entry $name", async ({ id, alarm }) => {
  lies.entry = (entry) => {
    if (entry.seq < 3) return [entry];
    if (entry.seq === 3) return [entry, { ...entry, seq: 4, entryId: id(entry.entryId) }];
    return [{ ...entry, seq: entry.seq + 1 }];
  };
  const heardIt = alarmed(bob, alarm);
  await say("once");
  await heardIt;
  expect(textsOf(bob)).toEqual(["hello", "once"]);
  // Who writes has seen another log from the replay on.
  const forked = alarmed(bob, "forked");
  await say("after", "later");
  await forked;
  expect(alarms()).toEqual([alarm, "forked"]);
});

it("alters another's entry", async () => {
  lies.entry = (entry) => (entry.seq === 3 ? [{ ...entry, bytes: entry.bytes.map((byte) => byte ^ 1) }] : [entry]);
  const forked = alarmed(bob, "forked");
  await say("altered", "after");
  await forked;
  expect(alarms()).toEqual(["altered", "forked"]);
  expect(textsOf(bob)).toEqual(["hello", "after"]);
});

it("returns other bytes for an entry of one's own", async () => {
  lies.entry = (entry) => (entry.seq === 3 ? [{ ...entry, bytes: entry.bytes.map((byte) => byte ^ 1) }] : [entry]);
  const alarm = alarmed(bob, "altered");
  await bob.send(conversation, "mine", { wait: 0 });
  await alarm;
  expect(textsOf(bob)).toEqual(["hello", "mine"]);
});

it("goes back behind what it gave before", async () => {
  await say("one", "two");
  await bob.sync();
  await bob.close();
  lies.lastSeq = () => 2;
  bob = openBob();
  await alarmed(bob, "went-back");
  expect(textsOf(bob)).toEqual(["hello", "one", "two"]);
});
