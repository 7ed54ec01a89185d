import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CrashWorld } from "./crash-world.js";
import { letTheDeadRest } from "./life.js";
import type { Mortal } from "./mortal.js";

/** By REDOUBT_LONG=1 every boundary of statements has its turn. */
const isLong = process.env["REDOUBT_LONG"] === "1";
const timeout = isLong ? 1_200_000 : 180_000;

let world: CrashWorld;

beforeAll(async () => {
  letTheDeadRest();
  world = await CrashWorld.start();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

async function everyBoundary(stride: number, round: (n: number) => Promise<boolean>): Promise<number> {
  let n = 1;
  while (await round(n)) n += isLong ? 1 : stride;
  return n;
}

/** A group that all have accepted, with nothing under way. */
async function group(owner: Mortal, ...others: readonly Mortal[]): Promise<string> {
  const { conversation } = await owner.client.createGroup(
    "Mortals",
    others.map(({ name }) => name),
  );
  for (const { client } of others) {
    await client.sync();
    await client.accept(conversation);
  }
  await world.settle(owner, ...others);
  return conversation;
}

/** All agree, each can write to all, and nobody has been alarmed. */
async function checkGroup(conversation: string, n: number, people: readonly Mortal[]): Promise<void> {
  await world.settle(...people);
  for (const { client, name } of people) {
    await client.send(conversation, `${n} from ${name}`);
    await Promise.all(people.map((person) => person.client.sync()));
  }
  await world.settle(...people);
  const [first, ...others] = people.map(({ client, texts, alarms }) => {
    const { epoch, treeHash, title, members } = client.groupInfo(conversation);
    return { epoch, treeHash, title, members, texts: texts.length, alarms };
  });
  for (const other of others) expect(other).toEqual(first);
  expect(first?.alarms).toEqual([]);
  const said = people.map(({ name }) => `${name}: ${n} from ${name}`);
  for (const person of people) expect(person.texts(conversation).slice(-people.length)).toEqual(said);
}

describe("a member that is killed at a statement goes on from its files", { timeout }, () => {
  it("while it changes the group: each wish comes true once, or was never made", async () => {
    const [alice, bob, carol] = [
      await world.registered("change_a"),
      await world.registered("change_b"),
      await world.registered("change_c"),
    ];
    const conversation = await group(alice, bob, carol);
    const isIn = () => alice.client.groupInfo(conversation).members.some(({ username }) => username === carol.name);
    const last = await everyBoundary(4, async (n) => {
      const wasIn = isIn();
      let isDone = false;
      const died = await alice.dieDuring(n, async (client) => {
        // In turns a commit that changes the write key, and one that welcomes.
        const change = wasIn ? client.removeMembers : client.addMembers;
        const { state } = await change.call(client, conversation, [carol.name]);
        isDone = state === "done";
        await client.sync();
      });
      if (died) alice.startAgain();
      await world.settle(alice, bob, carol, alice);
      if (isDone) expect(isIn()).toBe(!wasIn);
      if (isIn()) await carol.client.accept(conversation);
      await checkGroup(conversation, n, isIn() ? [alice, bob, carol] : [alice, bob]);
      return died;
    });
    expect(last).toBeGreaterThan(25);
  });

  it("while it takes in what others change, beside a change of its own that loses", async () => {
    const [alice, bob, carol] = [
      await world.registered("follow_a"),
      await world.registered("follow_b"),
      await world.registered("follow_c"),
    ];
    const conversation = await group(alice, bob, carol);
    await alice.client.setRole(conversation, bob.name, "admin");
    await world.settle(alice, bob, carol);
    const last = await everyBoundary(4, async (n) => {
      const [title, description] = [`title ${n}`, `description ${n}`];
      const renamed = alice.client.editGroup(conversation, { title });
      let isDone = false;
      const died = await bob.dieDuring(n, async (client) => {
        isDone = (await client.editGroup(conversation, { description })).state === "done";
        await renamed;
        await client.sync();
      });
      if (died) bob.startAgain();
      await renamed;
      await checkGroup(conversation, n, [alice, bob, carol]);
      expect(bob.client.groupInfo(conversation).title).toBe(title);
      if (isDone) expect(alice.client.groupInfo(conversation).description).toBe(description);
      return died;
    });
    expect(last).toBeGreaterThan(25);
  });
});
