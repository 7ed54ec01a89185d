import { randomBytes } from "node:crypto";
import { buildPrograms, memoryOf, noteFigure, World } from "@redoubt/testkit";
import { limits } from "@redoubt/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HostileSocket } from "./addressed-socket.js";
import { accountOf, codeOf, sha256 } from "./directory.js";
import { HonestPair } from "./honest-pair.js";
import { LoadLog, Watcher, wayTo } from "./load-log.js";

const isLong = process.env["REDOUBT_LONG"] === "1";
const mebi = 1024 * 1024;
const perAddress = 40;
/** Addresses that the attacks come from; people are at 127.0.0.1. */
const hostile = (number: number) => `127.0.1.${number}`;

describe("while others attack the relay, two people talk on:", () => {
  let world: World;
  let pair: HonestPair;
  let said = 0;
  beforeAll(async () => {
    await buildPrograms();
    world = await World.start("--max-per-address", String(perAddress));
    pair = await HonestPair.meet(world);
  }, 180_000);
  afterAll(async () => {
    await pair[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  afterEach(() => pair.expectNothingLost());

  const exchange = (during: string) => pair.exchange(`${during} ${++said}`);
  const note = (scenario: string, milliseconds: number) =>
    noteFigure(scenario, "a message between two people meanwhile", `${milliseconds.toFixed(0)} ms`);
  const answers = async (op: string, code: string) => {
    const text = await (await fetch(`${world.relay.url}/metrics`)).text();
    const line = text.split("\n").find((some) => some.startsWith(`redoubt_answers_total{op="${op}",code="${code}"}`));
    return Number(line?.split(" ")[1] ?? 0);
  };

  it("a flood of connections from one address", async () => {
    const flood = await Promise.all(
      Array.from({ length: 3 * perAddress }, (_, i) =>
        HostileSocket.open(world.relay.url, i % 2 === 0 ? "named" : "anonymous", hostile(1)),
      ),
    );
    const inside = flood.filter((socket) => socket !== undefined);
    expect(inside).toHaveLength(perAddress);
    note("connection flood", await exchange("flood"));
    const others = await Promise.all(
      [2, 3, 4].map((n) => HostileSocket.open(world.relay.url, "anonymous", hostile(n))),
    );
    expect(others.every((socket) => socket !== undefined)).toBe(true);
    for (const socket of [...inside, ...others]) socket?.[Symbol.dispose]();
  });

  it("watchers that read nothing of a log that gets a lot, while one who reads has all of it", {
    timeout: 600_000,
  }, async () => {
    const total = (isLong ? 2048 : 48) * mebi;
    const entry = 3 * mebi;
    const before = memoryOf(world.relay.processId).now;
    const log = new LoadLog();
    const own = wayTo(world.relay.url, hostile(10));
    await log.create(own);
    const slow = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = (await HostileSocket.open(world.relay.url, "anonymous", hostile(11))) as HostileSocket;
        expect(await socket.ask("watch", [log.id, 1])).toBe("ok");
        socket.socket.pause();
        return socket;
      }),
    );
    const reader = new Watcher(own, log);
    const count = Math.ceil(total / entry);
    // What one address may have kept in a minute is less than this.
    const perWriter = Math.floor((60 * mebi) / entry);
    for (let from = 0; from < count; from += perWriter) {
      const way = wayTo(world.relay.url, hostile(20 + from / perWriter));
      await way.errand(async (session) => {
        await log.prove(session);
        for (let i = from; i < Math.min(count, from + perWriter); i++) await log.append(session, randomBytes(entry));
      });
      way.close();
      await exchange("slow");
    }
    await reader.until(count);
    const scenario = `10 watchers that read nothing while a log gets ${total / mebi} MiB`;
    note(scenario, await exchange("slow"));
    const { now, peak } = memoryOf(world.relay.processId);
    noteFigure(
      scenario,
      "the relay's memory before, at most, after",
      [before, peak, now].map((b) => `${(b / mebi).toFixed(0)} MiB`).join(", "),
    );
    expect(peak).toBeLessThan(before + 350 * mebi);
    for (const socket of slow) socket.socket.resume();
    await expect
      .poll(() => slow.every(({ heard, socket }) => heard.includes("slow") || socket.readyState === socket.CLOSED), {
        timeout: 20_000,
      })
      .toBe(true);
    for (const socket of slow) socket[Symbol.dispose]();
    own.close();
  });

  it("a member who writes into a log as fast as the relay takes it", async () => {
    const way = wayTo(world.relay.url, hostile(100));
    const log = new LoadLog();
    await log.create(way);
    let appended = 0;
    let refused = 0;
    let isOver = false;
    const flooding = way.errand(async (session) => {
      await log.prove(session);
      await Promise.all(
        Array.from({ length: 60 }, async () => {
          while (!isOver) {
            await log.append(session, randomBytes(1_000)).then(
              () => (appended += 1),
              () => (refused += 1),
            );
          }
        }),
      );
    });
    const honest = wayTo(world.relay.url);
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(await exchange("member"));
    const link = honest.openWatching();
    await log.appendUntilAnswered(link, Buffer.from("an honest member's"));
    isOver = true;
    await flooding;
    note("a member floods a log", Math.max(...times));
    noteFigure(
      "a member floods a log",
      "entries that were taken, requests that were refused",
      `${appended}, ${refused}`,
    );
    expect(appended).toBeGreaterThan(100);
    way.close();
    honest.close();
  });

  it("somebody who takes all key packages of one of them: a stranger still begins a chat, and new ones are brought", async () => {
    const before = await answers("publish-key-packages", "ok");
    const way = wayTo(world.relay.url, hostile(110));
    const { accountId } = await accountOf(way, "bob");
    const kinds = await way.errand(async (session) => {
      const taken: boolean[] = [];
      for (let i = 0; i < 120; i++) {
        for (const [, , isLastResort] of await session.request("take-key-packages", [accountId]))
          taken.push(isLastResort);
      }
      return taken;
    });
    way.close();
    expect(kinds.filter((isLastResort) => !isLastResort).length).toBeLessThanOrEqual(41);
    expect(kinds.at(-1)).toBe(true);
    await expect.poll(() => answers("publish-key-packages", "ok")).toBeGreaterThan(before);
    await using carol = world.person("carol").rpc();
    await carol.ask("register", "carol");
    await carol.ask("send", "@bob", "hello from carol");
    await pair.bob.heard(({ event, from }) => event === "request" && from === "carol", "carol's request");
    note("all key packages taken", await exchange("drained"));
  });

  it("registrations without end", async () => {
    const way = wayTo(world.relay.url, hostile(120));
    const codes = await way.errand(async (session) => {
      const all: string[] = [];
      for (let i = 0; i < 60; i++) {
        const genesis = randomBytes(200);
        const stamp = await session.stamp(sha256(genesis));
        all.push(await session.request("register", [genesis, stamp, null]).then(() => "ok", codeOf));
      }
      return all;
    });
    way.close();
    expect(codes.filter((code) => code === "invalid-entry").length).toBeLessThanOrEqual(31);
    expect(codes.at(-1)).toBe("rate-limited");
    await using dave = world.person("dave").rpc();
    await dave.ask("register", "dave");
    note("registration flood", await exchange("registrations"));
  });

  it("an inbox that is flooded until it is full: what is written meanwhile arrives once its owner is back", {
    timeout: 120_000,
  }, async () => {
    const erin = world.person("erin");
    await erin.do("register", "erin");
    expect(await fillInboxOf("erin")).toBe(limits.stampedInboxItems);
    await using frank = world.person("frank").rpc();
    await frank.ask("register", "frank");
    const refused = await answers("post", "inbox-full");
    const sending = frank.ask("send", "@erin", "through the flood");
    await expect.poll(() => answers("post", "inbox-full"), { timeout: 20_000 }).toBeGreaterThan(refused);
    note("inbox flood", await exchange("inbox"));
    await using back = erin.rpc();
    await back.ask("sync", "--wait", "30");
    await sending;
    await frank.ask("sync", "--wait", "30");
    await back.heard(({ event, from }) => event === "request" && from === "frank", "frank's request");
    expect(back.events.filter(({ event }) => event === "alarm")).toEqual([]);
  });

  /** Posts until there is no room, @returns how many items went in */
  async function fillInboxOf(username: string): Promise<number> {
    const way = wayTo(world.relay.url, hostile(131));
    const inboxId = (await accountOf(way, username)).devices[0]?.inboxId as Uint8Array;
    let posted = 0;
    await way.errand(async (session) => {
      const post = async () => {
        const item = randomBytes(40);
        const stamp = await session.stamp(sha256(Buffer.concat([inboxId, item])));
        return session.request("post", [inboxId, item, null, stamp]).then(() => "ok", codeOf);
      };
      for (;;) {
        const codes = await Promise.all(Array.from({ length: 25 }, post));
        posted += codes.filter((code) => code === "ok").length;
        if (codes.includes("inbox-full")) return;
      }
    });
    way.close();
    return posted;
  }
});

it("a relay that can open no more files stays up, serves whom it has, and lets people in again afterwards", {
  timeout: 120_000,
}, async () => {
  await using world = await World.startWith({
    limit: "-n 110",
    words: ["--max-connections", "100000", "--max-per-address", "100000"],
  });
  await using pair = await HonestPair.meet(world);
  const { processId } = world.relay;
  const flood = await Promise.all(
    Array.from({ length: 300 }, () => HostileSocket.open(world.relay.url, "anonymous", hostile(1))),
  );
  const inside = flood.filter((socket) => socket !== undefined);
  expect(inside.length).toBeGreaterThan(20);
  expect(inside.length).toBeLessThan(110);
  for (let i = 0; i < 3; i++) await pair.exchange(`no files ${i}`);
  for (const socket of inside) socket[Symbol.dispose]();
  await using carol = world.person("carol").rpc();
  await carol.ask("register", "carol");
  await pair.expectNothingLost();
  expect(world.relay.processId).toBe(processId);
  noteFigure("out of file descriptors (110)", "connections that came in, of 300", String(inside.length));
});
