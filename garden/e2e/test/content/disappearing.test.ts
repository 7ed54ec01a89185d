import { textMessage } from "@redoubt/conversation";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PersonHere, WorldHere } from "./people-here.js";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const idOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hour = 3_600;

let world: WorldHere;
let alice: PersonHere;
let bob: PersonHere;
let conversation: string;

beforeAll(async () => {
  world = await WorldHere.start();
  alice = await world.registered("alice");
  bob = await world.registered("bob");
  conversation = await world.acquainted(alice, bob);
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const texts = ({ client }: PersonHere) => client.read(conversation).map(({ text }) => text);

it("runs from reading, and is done also when nothing was running at the time: nothing of it is left", async () => {
  const { message } = await alice.client.send(conversation, "ephemeral words", { expires: hour });
  await bob.hears("ephemeral words");
  await alice.client.edit(conversation, message, "ephemeral edit");
  await bob.client.sync();
  bob.wait(2 * hour * 1_000);
  expect(texts(bob)).toContain("ephemeral edit");
  bob.client.markRead(conversation);
  const [expiring] = bob.client.search("ephemeral");
  expect(expiring?.expiresAt).toBeGreaterThan(bob.now + (hour - 60) * 1_000);

  const annotations = bob.store.messages.annotations([idOf(message)]).map(({ id }) => id);
  expect(annotations).toHaveLength(1);
  await bob.client.close();
  bob.wait(hour * 1_000 + 1_000);
  bob.open();
  expect(bob.store.messages.get(idOf(message))).toMatchObject({ fate: "expired", content: new Uint8Array(0) });
  for (const id of annotations) expect(bob.store.messages.get(id)?.content).toEqual(new Uint8Array(0));
  expect(texts(bob)).not.toContain("ephemeral edit");
  expect(bob.client.search("ephemeral")).toEqual([]);
  expect(bob.client.list()[0]?.last?.text).not.toContain("ephemeral");
});

it("of our own runs from being sent, and ends while one reads on", async () => {
  const { message } = await alice.client.send(conversation, "mine for an hour", { expires: hour });
  await alice.client.sync();
  expect(alice.client.read(conversation).at(-1)?.expiresAt).toBeGreaterThan(alice.now);
  alice.wait(hour * 1_000 + 1_000);
  expect(texts(alice)).not.toContain("mine for an hour");
  expect(alice.events.at(-1)).toEqual({ kind: "message-gone", conversation, message });
  await expect(alice.client.react(conversation, message, "🙂")).rejects.toMatchObject({ code: "unknown-message" });
});

it("at a moment that was named is over for whoever comes later: it is never shown", async () => {
  const time = Math.floor(bob.now / 1_000);
  const over = textMessage(random, "over already", { expires: { relative: false, time } });
  const open = textMessage(random, "not over yet", { expires: { relative: false, time: time + hour } });
  await alice.smuggle(conversation, [over, open], "both are sent");
  await bob.hears("both are sent");
  expect(texts(bob)).not.toContain("over already");
  expect(texts(bob)).toContain("not over yet");
  expect(bob.client.search("over")).toHaveLength(1);
  bob.wait(hour * 1_000 + 1_000);
  expect(bob.client.search("over")).toEqual([]);
  expect(texts(bob)).not.toContain("not over yet");
});
