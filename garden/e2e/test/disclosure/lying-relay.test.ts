import { mkdirSync } from "node:fs";
import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import type { Relay } from "@redoubt/relay";
import { TemporaryFolder } from "@redoubt/testkit";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRelayHere } from "../crash/relay-in-process.js";
import { Member } from "../groups/group-world.js";

type Answer = [pages: number, note: string, bytes: Uint8Array];
type Files = [path: string, content: Uint8Array][];

/** What the relay says in the place of an answer to `disclose`: the truth at first. */
let lie: (answer: Answer) => CborValue = (answer) => answer;

/** Sockets on which answers to `disclose` are what the lie makes of them. */
const platform: Platform = {
  ...nodePlatform,
  openSocket(url, { message, closed }) {
    const asked = new Set<CborValue>();
    const socket = nodePlatform.openSocket(url, {
      message(bytes) {
        const said = decodeCbor(bytes.slice()) as CborValue[];
        // What it refuses it may lie about as well: a relay says so many true ones a minute.
        if (!asked.has(said[0] as CborValue)) message(bytes);
        else message(encodeCbor([said[0] as number, true, lie(said[2] as unknown as Answer)]));
      },
      closed,
    });
    return {
      send(frame) {
        const [id, op] = decodeCbor(frame.slice()) as [number, string];
        if (op === "disclose") asked.add(id);
        socket.send(frame);
      },
      close: () => socket.close(),
    };
  },
};

const folder = new TemporaryFolder();
let relay: Relay;
let other: Relay;
let alice: Member;
let truth: Answer;
let foreign: Answer;

async function join(name: string, url: string): Promise<Member> {
  mkdirSync(folder.at(`${name}-home`), { recursive: true });
  const member = new Member(name, folder.at(`${name}-home`, "store.db"), url, platform);
  await member.client.register(name);
  return member;
}

/** What a member is told, as it came. */
async function answerTo(member: Member): Promise<Answer> {
  let heard: Answer | undefined;
  lie = (answer) => {
    heard = answer;
    return answer;
  };
  await member.client.discloseMe();
  return heard as unknown as Answer;
}

const changed = (change: (files: Files) => Files): Answer => [
  truth[0],
  truth[1],
  encodeCbor(change(decodeCbor(truth[2]) as unknown as Files)),
];
const edited = (path: string, edit: (text: string) => string) =>
  changed((files) =>
    files.map(([name, content]) => [
      name,
      name === path ? Buffer.from(edit(Buffer.from(content).toString())) : content,
    ]),
  );

beforeAll(async () => {
  relay = await startRelayHere(folder.at("relay"));
  other = await startRelayHere(folder.at("other"));
  alice = await join("alice", relay.url);
  const bob = await join("bob", relay.url);
  const elsewhere = await join("elsewhere", other.url);
  truth = await answerTo(alice);
  foreign = await answerTo(bob);
  await bob.client.close();
  await elsewhere.client.close();
}, 60_000);

afterAll(async () => {
  await alice.client.close();
  await relay.stop();
  await other.stop();
  folder[Symbol.dispose]();
});

async function outcome(answer: CborValue, options?: { readonly newKey: boolean }): Promise<string> {
  lie = () => answer;
  try {
    await alice.client.discloseMe(options);
    return "believed";
  } catch (error) {
    return String((error as { code?: string }).code ?? error);
  }
}

describe("a relay that lies about what it holds on somebody", () => {
  it("is believed when it says what it has signed", async () => {
    expect(await outcome(truth)).toBe("believed");
  });

  it.each<[string, () => CborValue]>([
    ["leaves a file out", () => changed((files) => files.slice(1))],
    ["adds a file", () => changed((files) => [...files, ["more.txt", new Uint8Array(1)]])],
    ["says a file twice", () => changed((files) => [...files, files[0] as Files[number]])],
    ["changes a row", () => edited("rows/devices.jsonl", (text) => text.replace(/[0-9a-f](?="})/, "x"))],
    ["changes the page", () => edited("index.html", (text) => text.replace("No message", "All messages"))],
    ["changes the map", () => edited("data-map.json", (text) => text.replace("pseudonym", "metadata"))],
    ["changes the note", () => [truth[0], truth[1].replace("rows devices 1", "rows devices 0"), truth[2]]],
    ["answers about somebody else", () => foreign],
    ["answers with no document", () => changed((files) => files.filter(([name]) => name !== "document.json"))],
    [
      "answers with a document of another form",
      () => edited("document.json", (text) => text.replace('"found": true', '"found": 1')),
    ],
    ["answers with no files", () => [truth[0], truth[1], encodeCbor([])]],
    ["answers with files of another form", () => [truth[0], truth[1], encodeCbor([["x", 1]])]],
    ["answers with no CBOR", () => [truth[0], truth[1], Buffer.from([0xff])]],
    ["answers with no note", () => [truth[0], "", truth[2]]],
  ])("is not believed when it %s", async (_, answer) => {
    expect(await outcome(answer())).toBe("disclosure-false");
  });

  it("is not believed with more pages than there can be, or longer ones", async () => {
    expect(await outcome([17, truth[1], truth[2]])).toBe("bad-answer");
    expect(await outcome([1, truth[1], new Uint8Array(2 ** 20 + 1)])).toBe("bad-answer");
    expect(await outcome([1, "x".repeat(2 ** 14 + 1), truth[2]])).toBe("bad-answer");
  });
});

describe("the key by which a relay signs", () => {
  it("is kept at first use; another is refused until it is taken on purpose", async () => {
    lie = (answer) => answer;
    mkdirSync(folder.at("dora-home"), { recursive: true });
    const dora = new Member("dora", folder.at("dora-home", "store.db"), relay.url, platform);
    await dora.client.register("dora");
    const first = await dora.client.discloseMe();
    const again = await dora.client.discloseMe();
    expect([first.isKeyNew, again.isKeyNew, again.key === first.key]).toEqual([true, false, true]);
    dora.store.meta.set("disclosure-key", Buffer.from("localhost+00000000+another"));
    await expect(dora.client.discloseMe()).rejects.toMatchObject({ code: "disclosure-key-changed", retry: false });
    const taken = await dora.client.discloseMe({ newKey: true });
    expect([taken.isKeyNew, taken.key]).toEqual([true, first.key]);
    expect((await dora.client.discloseMe()).isKeyNew).toBe(false);
    await dora.client.close();
  });
});
