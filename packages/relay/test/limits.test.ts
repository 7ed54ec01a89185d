import { defaultRates, type RateClass, RateLimits } from "@redoubt/relay-core";
import { openSqliteStore } from "@redoubt/relay-store";
import { limits } from "@redoubt/wire";
import { describe, expect, it } from "vitest";
import { newLog, random } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

describe("limits by address", () => {
  it("let somebody do at once what they may not go on doing", async () => {
    await using relay = await TestRelay.start({ rates: { lookup: { perMinute: 6, atOnce: 20 } } });
    const client = await relay.connect();
    const lookUp = async (times: number) => {
      const codes = await Promise.all(Array.from({ length: times }, () => client.codeOf("lookup", ["nobody"])));
      return codes.filter((code) => code === "unknown-user").length;
    };
    expect(await lookUp(30)).toBe(20);
    relay.now += 60_000;
    expect(await lookUp(30)).toBe(6);
    relay.now += 3_600_000;
    expect(await lookUp(30)).toBe(20);
  });

  it("let somebody make a group of 1,000 without waiting, and nobody go on like that", () => {
    const rates = new RateLimits(defaultRates, () => 0);
    const admitted = (rateClass: RateClass, times: number) =>
      Array.from({ length: times }, () => rates.take("192.0.2.1", rateClass)).filter((wait) => wait === 0).length;
    // Each is looked up, and their key packages taken, on one connection; each welcome is posted on another.
    expect([admitted("connect", 2_000), admitted("lookup", 1_000), admitted("take", 1_000)]).toEqual([
      2_000, 1_000, 1_000,
    ]);
    expect([admitted("post", 1_000), admitted("store", 65_536)]).toEqual([1_000, 65_536]);
    expect([admitted("lookup", 1_000), admitted("register", 1_000)]).toEqual([500, 30]);
  });

  it("count the bytes that are to be kept, whatever they come as", async () => {
    await using relay = await TestRelay.start({ rates: { store: 64 }, trustProxy: true });
    const [writer, other] = [await relay.connect("anonymous", from("192.0.2.1")), await relay.connect()];
    const log = newLog();
    await writer.createLog(log);
    for (const client of [writer, other]) await client.prove(log.logId, log.write);
    const append = (client: typeof writer, length: number) =>
      client.codeOf("append", [log.logId, random(16), random(length), null]);
    expect(await append(writer, 40 * 1024)).toBe("ok");
    expect(await append(writer, 40 * 1024)).toBe("rate-limited");
    expect(await append(other, 40 * 1024)).toBe("ok");
    expect(await writer.codeOf("post", [random(16), random(40 * 1024), random(32), null])).toBe("rate-limited");
    relay.now += 60_000;
    // What is more than can ever be at once goes through alone.
    expect(await append(writer, 200 * 1024)).toBe("ok");
    expect(await append(writer, 1)).toBe("rate-limited");
  });

  it("bound what may be watched by one connection, and by one address on many", async () => {
    await using relay = await TestRelay.start({ watchesPerAddress: 3, trustProxy: true });
    const logs = [newLog(), newLog(), newLog(), newLog()];
    const [a, b] = [
      await relay.connect("anonymous", from("192.0.2.1")),
      await relay.connect("anonymous", from("192.0.2.1")),
    ];
    const other = await relay.connect("anonymous", from("192.0.2.2"));
    for (const log of logs) await a.createLog(log);
    const [one, two, three, four] = logs.map(({ logId }) => logId) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect([await a.codeOf("watch", [one, 1]), await a.codeOf("watch", [one, 1])]).toEqual(["ok", "ok"]);
    expect([await a.codeOf("watch", [two, 1]), await b.codeOf("watch", [three, 1])]).toEqual(["ok", "ok"]);
    expect([await b.codeOf("watch", [four, 1]), await a.codeOf("watch", [four, 1])]).toEqual(
      Array(2).fill("too-many-watches"),
    );
    expect(await other.codeOf("watch", [four, 1])).toBe("ok");
    await a[Symbol.asyncDispose]();
    await expect.poll(() => b.codeOf("watch", [four, 1])).toBe("ok");
  });

  it("let one connection watch the conversations of a busy person, and no more than that", async () => {
    await using relay = await TestRelay.start({ rates: { read: 1e6 } });
    await relay.stop();
    const logIds = fillWithLogs(relay.folder, limits.watchesPerConnection + 1);
    await relay.start();
    const client = await relay.connect();
    const codes = new Set<string>();
    const last = logIds.pop() as Uint8Array;
    while (logIds.length > 0) {
      const some = logIds.splice(0, 50).map((logId) => client.codeOf("watch", [logId, 1]));
      for (const code of await Promise.all(some)) codes.add(code);
    }
    expect(codes).toEqual(new Set(["ok"]));
    expect(await client.codeOf("watch", [last, 1])).toBe("too-many-watches");
  });

  it("take a bounded memory under a flood from ever new addresses, and go on limiting who stays", () => {
    const rates = new RateLimits({ connect: 3 }, () => 0);
    for (let i = 0; i < 400_000; i++) rates.take(`${i >> 16}:${i & 65_535}:0:0`, "connect");
    expect(rates.size).toBeLessThanOrEqual(200_000);
    const again = Array.from({ length: 5 }, () => rates.take("192.0.2.1", "connect") === 0);
    expect(again).toEqual([true, true, true, false, false]);
  });

  it("forget whom they have nothing to hold against", () => {
    let now = 0;
    const rates = new RateLimits({ lookup: { perMinute: 10, atOnce: 100 } }, () => now);
    rates.take("192.0.2.1", "lookup", 100);
    now = 5 * 60_000;
    rates.sweep();
    expect(rates.size).toBe(1);
    now = 10 * 60_000;
    rates.sweep();
    expect(rates.size).toBe(0);
  });
});

/** Puts empty logs into the store of a relay that is stopped. @returns their ids */
function fillWithLogs(folder: string, count: number): Uint8Array[] {
  const store = openSqliteStore({ folder });
  const logIds = Array.from({ length: count }, () => random(32));
  const key = random(32);
  store.transaction(() => {
    for (const [i, logId] of logIds.entries()) {
      store.logs.create({ logId, handle: i + 1, writeKey: key, ownerKey: key });
    }
  });
  store.close();
  return logIds;
}
