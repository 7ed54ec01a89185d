import { utf8 } from "@redoubt/base";
import {
  deletionMessage,
  encodeMimiContent,
  type MimiContent,
  messageStatus,
  type NestedPart,
  reactionMessage,
  statusMessage,
  textMessage,
  withdrawalMessage,
} from "@redoubt/conversation";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PersonHere, WorldHere } from "./people-here.js";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const idOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

let world: WorldHere;
let alice: PersonHere;
let mallory: PersonHere;
let conversation: string;
let rounds = 0;

beforeAll(async () => {
  world = await WorldHere.start();
  alice = await world.registered("alice");
  mallory = await world.registered("mallory");
  conversation = await world.acquainted(alice, mallory);
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

/** Mallory sends these, and Alice has taken them in. */
async function receives(...contents: readonly (MimiContent | Uint8Array)[]): Promise<void> {
  rounds += 1;
  await mallory.smuggle(conversation, contents, `round ${rounds}`);
  await alice.hears(`round ${rounds}`);
}

/** What Alice is shown, without what ends a round. */
function shown(of = conversation) {
  return alice.client.read(of).filter(({ text }) => !text.startsWith("round "));
}

it("forged edits, deletions and withdrawals of what another sent have no effect, nor have those from elsewhere", {
  timeout: 60_000,
}, async () => {
  const { message } = await alice.client.send(conversation, "what alice said");
  await alice.client.react(conversation, message, "🙂");
  const bob = await world.registered("bob");
  const other = await world.acquainted(alice, bob);
  const elsewhere = await alice.client.send(other, "said to bob");
  const before = [shown(), alice.client.read(other)];
  const reaction = alice.store.messages.annotations([idOf(message)])[0]?.id as Uint8Array;
  await receives(
    textMessage(random, "forged", { replaces: idOf(message) }),
    deletionMessage(random, idOf(message)),
    deletionMessage(random, reaction),
    withdrawalMessage(random, reaction, idOf(message)),
    reactionMessage(random, reaction, "👎"),
    textMessage(random, "forged", { replaces: reaction }),
    // Of a conversation that she is not in.
    textMessage(random, "forged", { replaces: idOf(elsewhere.message) }),
    deletionMessage(random, idOf(elsewhere.message)),
    reactionMessage(random, idOf(elsewhere.message), "👎"),
    statusMessage(random, [{ message: idOf(elsewhere.message), status: messageStatus.read }]),
    // Of what is not there.
    textMessage(random, "forged", { replaces: random(32) }),
    deletionMessage(random, random(32)),
    reactionMessage(random, random(32), "👎"),
    statusMessage(random, [{ message: random(32), status: messageStatus.read }]),
  );
  const withoutReceipts = (messages: typeof before) => {
    return messages.map((list) => list.map((each) => ({ ...each, deliveredTo: [], readBy: [] })));
  };
  expect(withoutReceipts([shown(), alice.client.read(other)])).toEqual(withoutReceipts(before));
  expect(alice.client.search("forged")).toEqual([]);
  expect(alice.client.read(other).at(-1)?.readBy).toEqual([]);
});

it("what a newer client sends is shown as something that this one cannot show", async () => {
  const body = { kind: "single" as const, disposition: 1, language: "", contentType: "application/x-poll" };
  await receives({ ...textMessage(random, ""), body: { ...body, content: utf8("?") } });
  expect(shown().at(-1)).toMatchObject({ text: "", unsupported: true, from: "mallory" });
  await receives({
    ...textMessage(random, ""),
    body: { ...body, contentType: "text/html", content: utf8("<b>x</b>") },
  });
  expect(shown().at(-1)).toMatchObject({ text: "", unsupported: true });
});

it("no content breaks a client: garbage, depth, size, and every single byte changed", { timeout: 90_000 }, async () => {
  const nothing: NestedPart = { kind: "null", disposition: 1, language: "" };
  const multi = (parts: readonly NestedPart[]): NestedPart => {
    return { kind: "multi", disposition: 2, language: "", semantics: "processAll", parts };
  };
  const nested = multi([multi([multi([nothing, nothing]), nothing]), nothing]);
  const message = idOf(shown()[0]?.message ?? "");
  const valid = encodeMimiContent(textMessage(random, "x @alice y", { replyTo: message, replaces: message }));
  const changed = Array.from({ length: 60 }, () => {
    const bytes = valid.slice();
    bytes[Math.floor(Math.random() * bytes.length)] = Math.floor(Math.random() * 256);
    return bytes;
  });
  await receives(
    random(1),
    random(300),
    Uint8Array.of(0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    { ...textMessage(random, ""), body: nested },
    { ...textMessage(random, ""), body: multi(Array.from({ length: 255 }, () => nothing)) },
    { ...textMessage(random, ""), body: nothing },
    textMessage(random, "a".repeat(16 * 1024)),
    textMessage(random, "\u202e\u0000\ud7ff", { expires: { relative: true, time: 0 }, topicId: random(3_000) }),
    textMessage(random, "", { expires: { relative: false, time: 0xffff_ffff } }),
    ...changed,
  );
  expect(shown().length).toBeGreaterThan(3);
  expect(alice.client.list()).toHaveLength(2);
  expect(alice.client.search("aaaa").length + alice.client.search("x").length).toBeGreaterThan(0);
  expect(await alice.client.sync()).toMatchObject({ pending: 0 });
  // It goes on in both directions.
  await alice.client.send(conversation, "still here");
  await mallory.hears("still here");
});

it("what was deleted for oneself does not come back by being sent again", async () => {
  const content = textMessage(random, "go away");
  await receives(content);
  const { message } = shown().at(-1) as { message: string };
  await alice.client.delete(conversation, message, { forMe: true });
  const count = shown().length;
  await receives(content);
  expect(shown()).toHaveLength(count);
  expect(alice.client.search("away")).toEqual([]);
  expect(alice.store.messages.get(idOf(message))?.content).toHaveLength(0);
});
