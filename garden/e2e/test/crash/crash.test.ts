import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CrashWorld } from "./crash-world.js";
import { letTheDeadRest } from "./life.js";
import type { Mortal } from "./mortal.js";

/** By REDOUBT_LONG=1 every boundary of statements has its turn, also where people must be registered for each. */
const isLong = process.env["REDOUBT_LONG"] === "1";
const timeout = isLong ? 600_000 : 120_000;

let world: CrashWorld;

beforeAll(async () => {
  letTheDeadRest();
  world = await CrashWorld.start();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Runs `round` for the boundaries 1, 1 + stride … until one says that the work ended before. @returns the last */
async function everyBoundary(stride: number, round: (n: number) => Promise<boolean>): Promise<number> {
  let n = 1;
  while (await round(n)) n += isLong ? 1 : stride;
  return n;
}

/** The conversation goes on in both directions. @returns what was said */
async function goOn(conversation: string, n: number, a: Mortal, b: Mortal): Promise<string[]> {
  await a.client.send(conversation, `on ${n}`);
  await b.client.sync();
  await b.client.send(conversation, `back ${n}`);
  return [`${a.name}: on ${n}`, `${b.name}: back ${n}`];
}

describe("a client that is killed at a statement goes on from its files", { timeout }, () => {
  it("while it sends", async () => {
    const alice = await world.registered("send_a");
    const bob = await world.registered("send_b");
    const conversation = await world.acquainted(alice, bob);
    const said = ["send_a: hello"];
    const last = await everyBoundary(1, async (n) => {
      let isReported = false;
      const died = await alice.dieDuring(n, async (client) => {
        await client.send(conversation, `text ${n}`);
        isReported = true;
        await client.sync();
      });
      if (died) alice.startAgain();
      // What was not reported may be lost, but not half: it is there, or it is not.
      const isKept = alice.texts(conversation).at(-1) === `send_a: text ${n}`;
      if (isReported) expect(isKept).toBe(true);
      if (isKept) said.push(`send_a: text ${n}`);
      said.push(...(await goOn(conversation, n, alice, bob)));
      await world.check(conversation, alice, bob, said);
      return died;
    });

    expect(last).toBeGreaterThan(15);
  });

  it("while it receives", async () => {
    const alice = await world.registered("receive_a");
    const bob = await world.registered("receive_b");
    const conversation = await world.acquainted(alice, bob);
    const said = ["receive_a: hello"];
    const last = await everyBoundary(1, async (n) => {
      const texts = [`one ${n}`, `two ${n}`];
      const sent = Promise.all(texts.map((text) => bob.client.send(conversation, text)));
      const died = await alice.dieDuring(n, async (client) => {
        await sent;
        await client.sync();
      });
      if (died) alice.startAgain();
      await sent;
      said.push(...texts.map((text) => `receive_b: ${text}`));
      await alice.client.sync();
      said.push(...(await goOn(conversation, n, alice, bob)));
      await world.check(conversation, alice, bob, said);
      return died;
    });

    expect(last).toBeGreaterThan(10);
  });

  it("while it opens a conversation and merges its commit", async () => {
    const alice = await world.registered("open_a");
    const last = await everyBoundary(3, async (n) => {
      const bob = await world.registered(`open_b${n}`);
      let isReported = false;
      const died = await alice.dieDuring(n, async (client) => {
        await client.send(await client.directWith(bob.name), "first");
        isReported = true;
        await client.sync();
      });
      if (died) alice.startAgain();
      const conversation = await alice.client.directWith(bob.name);
      const isKept = alice.texts(conversation).length > 0;
      if (isReported) expect(isKept).toBe(true);
      await world.settle(alice, bob);
      expect(bob.client.requests()).toHaveLength(1);
      await bob.client.accept(conversation);
      const said = isKept ? ["open_a: first"] : [];
      said.push(...(await goOn(conversation, n, alice, bob)));
      await world.check(conversation, alice, bob, said);
      return died;
    });

    expect(last).toBeGreaterThan(30);
  });

  it("while it joins a conversation from its inbox", async () => {
    const alice = await world.registered("join_a");
    const last = await everyBoundary(2, async (n) => {
      const bob = await world.registered(`join_b${n}`);
      const conversation = await bob.client.directWith(alice.name);
      const sent = bob.client.send(conversation, "first");
      const died = await alice.dieDuring(n, async (client) => {
        await sent;
        await client.sync();
      });
      if (died) alice.startAgain();
      await sent;
      await world.settle(bob, alice);
      expect(alice.client.requests().map(({ from }) => from)).toEqual([bob.name]);
      await alice.client.accept(conversation);
      const said = [`${bob.name}: first`, ...(await goOn(conversation, n, alice, bob))];
      await world.check(conversation, alice, bob, said);
      return died;
    });

    expect(last).toBeGreaterThan(20);
  });

  it("and nothing was ever put on the wire that is not in a log", () => {
    world.checkWire();
  });
});
