import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Client, type FileSource, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { buildPrograms, RelayProcess, TemporaryFolder } from "@redoubt/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesOf, memoryOf, openedStore, recordingPlatform } from "./haystacks.js";
import { findNeedles, type Needle, secretNeedle, textNeedle } from "./needle.js";
import { keptSecrets, recoverySecrets } from "./secrets-of.js";

const texts = ["the needle that alice has hidden", "die Nadel, die Bob versteckt für später", "игла в стоге сена 🪡"];

const fileText = "what stands in the file that nobody else may read; ";

interface Person {
  readonly client: Client;
  readonly store: Store;
}

const folder = new TemporaryFolder();
const data = folder.at("relay");
const record: Buffer[] = [];
const needles: Needle[] = texts.map((text, i) => textNeedle(`text ${i}`, text));
/** What the relay does know, and must be found where it is looked for. */
const username = "haystackowner";
const known = [textNeedle("username", username)];
let relay: RelayProcess;
let alice: Person;
let bob: Person;

const provider = await createNodeProvider();

async function openPerson(name: string): Promise<Person> {
  const home = folder.at("homes", name);
  mkdirSync(home, { recursive: true });
  const store = openStore(openLibsqlDriver(path.join(home, "store.db"), provider.random(32)));
  const client = openClient({ provider, store, platform: recordingPlatform(record), relay: relay.url });
  const { recoveryKey } = await client.register(name);
  needles.push(...recoverySecrets(name, recoveryKey));
  return { client, store };
}

/** From alice to bob, in several chunks; saved, so that it travels both ways. */
async function sendFile(conversation: string): Promise<void> {
  const name = "steckbrief-der-nadel.pdf";
  const content = Buffer.from(fileText.repeat(5_000));
  needles.push(textNeedle("file name", name), textNeedle("file content", fileText));
  const handle = "/home/alice/the folder of the needle";
  needles.push(textNeedle("file path", handle));
  const source: FileSource = {
    name,
    type: "application/x.needle-type",
    size: content.length,
    handle,
    read: async (offset, length) => new Uint8Array(content.subarray(offset, offset + length)),
    close: async () => undefined,
  };
  needles.push(textNeedle("file type", source.type));
  await alice.client.send(conversation, "", { attachments: [source] });
  await bob.client.sync();
  const message = bob.client.read(conversation).at(-1);
  expect(message?.attachments).toEqual([{ name, type: source.type, size: content.length }]);
  const saved: Uint8Array[] = [];
  await bob.client.save(conversation, String(message?.message), {
    place: "memory",
    begin: async () => 0,
    write: async (bytes) => void saved.push(bytes.slice()),
    flush: async () => undefined,
    finish: async () => undefined,
    close: async () => undefined,
  });
  expect(Buffer.concat(saved).equals(content)).toBe(true);
}

beforeAll(async () => {
  await buildPrograms();
  relay = await RelayProcess.start({ data });
  alice = await openPerson(username);
  bob = await openPerson("needlebob");
  const conversation = await alice.client.directWith("needlebob");
  await alice.client.send(conversation, texts[0] as string);
  await bob.client.sync();
  await bob.client.accept(conversation);
  await bob.client.send(conversation, texts[1] as string);
  await alice.client.sync();
  await alice.client.send(conversation, texts[2] as string);
  await bob.client.sync();
  expect(bob.client.read(conversation).map(({ text }) => text)).toEqual(texts);
  await sendFile(conversation);
  needles.push(...keptSecrets("alice", alice.store), ...keptSecrets("bob", bob.store));
}, 180_000);

afterAll(async () => {
  await alice.client.close();
  await bob.client.close();
  await relay[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe("what only members know is not found", () => {
  it("in the relay's open database and its write-ahead log", () => {
    const files = filesOf(data);
    expect([...files.keys()].some((name) => name.endsWith("-wal"))).toBe(true);
    for (const bytes of files.values()) expect(findNeedles(needles, bytes)).toEqual([]);
    expect([...files.values()].flatMap((bytes) => findNeedles(known, bytes))).toContain("username");
  });

  it("in its metrics", async () => {
    const answer = await fetch(`${relay.url}/metrics`);
    const metrics = Buffer.from(await answer.arrayBuffer());
    expect(metrics.toString()).toContain("redoubt_answers_total");
    expect(findNeedles([...needles, ...known], metrics)).toEqual([]);
  });

  it("in the recorded traffic, both ways", () => {
    const traffic = Buffer.concat(record);
    expect(findNeedles(needles, traffic)).toEqual([]);
    expect(findNeedles(known, traffic)).toEqual(["username"]);
  });

  it.runIf(process.platform === "linux")("in the memory of its process", { timeout: 120_000 }, () => {
    const found = new Set<string>();
    for (const region of memoryOf(relay.processId as number)) {
      for (const name of findNeedles([...needles, ...known], region)) found.add(name);
    }
    // What it does know is found: the search has seen its memory.
    expect([...found]).toEqual(["username"]);
  });

  it("in a client's files", () => {
    const files = filesOf(folder.at("homes"));
    expect(files.size).toBeGreaterThan(0);
    for (const bytes of files.values()) expect(findNeedles([...needles, ...known], bytes)).toEqual([]);
  });

  it("in what the relay has logged, and in its files once it has stopped", async () => {
    await relay.stop("SIGTERM");
    const logged = Buffer.from(relay.lines.join("\n"));
    expect(logged.toString()).toContain("listening");
    expect(findNeedles([...needles, ...known], logged)).toEqual([]);
    for (const bytes of filesOf(data).values()) expect(findNeedles(needles, bytes)).toEqual([]);
  });
});

describe("the search", () => {
  it("finds what a client keeps in that client's opened store", () => {
    const keptByBoth = [...texts.keys()].map((i) => `text ${i}`);
    const found = (name: string, store: Store) => {
      const own = [...needles.slice(0, texts.length), ...keptSecrets(name, store)];
      expect(findNeedles(own, openedStore(store))).toEqual(own.map((needle) => needle.name));
      expect(own.length).toBeGreaterThan(keptByBoth.length + 5);
    };
    found("alice", alice.store);
    found("bob", bob.store);
  });

  it("finds every form between other bytes, wherever it begins", () => {
    const secret = provider.random(32);
    const needle = [secretNeedle("secret", secret)];
    for (const before of [0, 1, 2, 3]) {
      const surrounded = Buffer.concat([Buffer.alloc(before, 1), secret, Buffer.alloc(3, 1)]);
      for (const encoding of ["latin1", "hex", "base64", "base64url"] as const) {
        expect(findNeedles(needle, Buffer.from(surrounded.toString(encoding), "latin1"))).toEqual(["secret"]);
      }
      expect(findNeedles(needle, Buffer.from(JSON.stringify([...surrounded])))).toEqual(["secret"]);
    }
    expect(findNeedles([textNeedle("text", "größer")], Buffer.from("viel größer!", "utf16le"))).toEqual(["text"]);
    expect(findNeedles(needle, provider.random(4_096))).toEqual([]);
  });
});
