import { concatBytes, equalBytes } from "@redoubt/base";
import type { FileSink, FileSource } from "@redoubt/client";
import { expect, it } from "vitest";
import { GroupWorld, type Member } from "./group-world.js";
import { provider } from "./log-access.js";

/** A file in memory. @param onRead is told before each read */
function sourceOf(content: Uint8Array, onRead: () => void = () => undefined): FileSource {
  return {
    name: "photo.bin",
    type: "application/octet-stream",
    size: content.length,
    handle: "",
    read: async (offset, length) => {
      onRead();
      return content.slice(offset, offset + length);
    },
    close: async () => undefined,
  };
}

class MemorySink implements FileSink {
  readonly place = "memory";
  content: Uint8Array = new Uint8Array(0);
  isFinished = false;
  begin = async () => 0;
  flush = async () => undefined;
  close = async () => undefined;
  async write(bytes: Uint8Array) {
    this.content = concatBytes(this.content, bytes);
  }
  async finish() {
    this.isFinished = true;
  }
}

async function saved({ client }: Member, conversation: string): Promise<Uint8Array> {
  const message = client.read(conversation).find(({ attachments }) => attachments.length > 0)?.message;
  const sink = new MemorySink();
  await client.save(conversation, message as string, sink);
  expect(sink.isFinished).toBe(true);
  return sink.content;
}

it("files of a group are saved by its members, also those from before it moved", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  await using other = await world.another("other-relay");
  const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
  const conversation = await world.group("Pictures", [alice, bob]);
  const photo = provider.random(300_000);
  await alice.client.send(conversation, "look", { attachments: [sourceOf(photo)], wait: 30_000 });
  await bob.client.sync();
  expect(equalBytes(await saved(bob, conversation), photo)).toBe(true);

  await alice.client.moveConversation(conversation, other.url);
  await world.settle(alice, bob);
  expect(equalBytes(await saved(bob, conversation), photo)).toBe(true);
});

it("a file on a relay of its sender's choice is not asked for", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  await using trap = await world.another("trap");
  const [mallory, bob] = [await world.registered("mallory"), await world.registered("bob")];
  const conversation = await world.group("Bait", [mallory, bob]);
  const elsewhere = await mallory.client.createGroup("Elsewhere", []);
  await mallory.client.moveConversation(elsewhere.conversation, trap.url);
  await mallory.client.send(elsewhere.conversation, "bait", { attachments: [sourceOf(provider.random(1_000))] });
  await world.settle(mallory);
  // The same content under another conversation: what it names is where it says.
  const [id] = mallory.store.conversations.list().flatMap(({ id: known, title }) => (title === "Bait" ? [known] : []));
  const [bait] = mallory.store.messages.page(
    mallory.store.conversations.list().find(({ title }) => title === "Elsewhere")?.id as Uint8Array,
    { limit: 1 },
  );
  mallory.store.messages.insert({
    ...(bait as NonNullable<typeof bait>),
    id: provider.random(32),
    conversation: id as Uint8Array,
    seq: undefined,
    state: "pending",
  });
  await mallory.client.send(conversation, "nothing else");
  await world.settle(mallory, bob);
  await expect(saved(bob, conversation)).rejects.toMatchObject({ code: "foreign-file" });
});

it("an upload that is given up fails its message, and nothing else waits for it", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
  const conversation = await world.group("Second thoughts", [alice, bob]);
  const giveUp = new AbortController();
  const file = sourceOf(provider.random(9 * 1024 * 1024), () => giveUp.abort());
  const sending = alice.client.send(conversation, "wait", { attachments: [file], signal: giveUp.signal, wait: 30_000 });
  await expect(sending).rejects.toMatchObject({ code: "cancelled" });
  await alice.client.send(conversation, "never mind");
  await world.settle(alice, bob);
  expect(alice.client.read(conversation)).toMatchObject([
    { text: "never mind", state: "sent" },
    { text: "wait", state: "failed", reason: "cancelled" },
  ]);
  expect(bob.texts(conversation)).toEqual(["alice: never mind"]);
});
