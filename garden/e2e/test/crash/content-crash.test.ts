import { afterAll, beforeAll, expect, it } from "vitest";
import { CrashWorld } from "./crash-world.js";
import { letTheDeadRest } from "./life.js";
import type { Mortal } from "./mortal.js";

const isLong = process.env["REDOUBT_LONG"] === "1";

let world: CrashWorld;

beforeAll(async () => {
  letTheDeadRest();
  world = await CrashWorld.start();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** What both sides must agree on. */
function shown({ client }: Mortal, conversation: string): readonly unknown[] {
  return client.read(conversation).map(({ message, text, edited, deleted, reactions }) => {
    return { message, text, edited, deleted, reactions };
  });
}

it("a client that is killed while it reads, reacts, edits and deletes goes on, and both see the same", {
  timeout: isLong ? 600_000 : 120_000,
}, async () => {
  const alice = await world.registered("content_a", true);
  const bob = await world.registered("content_b", true);
  const conversation = await world.acquainted(alice, bob);
  const own = await alice.client.send(conversation, "to be edited");
  const doomed = await alice.client.send(conversation, "to be deleted");
  let n = 1;
  for (let died = true; died; n += isLong ? 1 : 4) {
    const { message } = await bob.client.send(conversation, `said ${n}`);
    const last = await alice.client.send(conversation, `doomed ${n}`);
    // Done again after a crash, each of these must be the same as done once.
    const work = async ({ client }: Pick<Mortal, "client">) => {
      await client.sync();
      client.markRead(conversation);
      await client.react(conversation, message, `${n}`);
      await client.edit(conversation, own.message, `edited ${n}`);
      if (!client.read(conversation).find((each) => each.message === last.message)?.deleted) {
        await client.delete(conversation, last.message);
      }
      await client.sync();
    };
    died = await alice.dieDuring(n, (client) => work({ client }));
    if (died) {
      alice.startAgain();
      await work(alice);
    }
    await world.settle(alice, bob);
    const ofAlice = shown(alice, conversation);
    expect(shown(bob, conversation)).toEqual(ofAlice);
    expect(ofAlice).toContainEqual(
      expect.objectContaining({ message: own.message, text: `edited ${n}`, edited: true }),
    );
    expect(ofAlice).toContainEqual(expect.objectContaining({ message: last.message, text: "", deleted: true }));
    const told = bob.client.read(conversation).find((each) => each.message === message);
    expect(told).toMatchObject({ reactions: [{ emoji: `${n}`, from: "content_a" }], readBy: ["content_a"] });
    expect(alice.client.search("doomed")).toEqual([]);
  }
  expect(n).toBeGreaterThan(30);
  await alice.client.delete(conversation, doomed.message);
  await world.settle(alice, bob);
  expect(shown(bob, conversation)).toEqual(shown(alice, conversation));
  expect(world.conflicts).toEqual([]);
  expect([...alice.alarms, ...bob.alarms]).toEqual([]);
});
