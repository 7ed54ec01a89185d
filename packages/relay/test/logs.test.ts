import { type CborValue, concatBytes, equalBytes, utf8 } from "@redoubt/base";
import { domains, limits } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Key, newKey, newLog, random, type TestClient } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

const u64 = (value: number) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

describe("logs", () => {
  let relay: TestRelay;
  let client: TestClient;
  const log = newLog();
  const appendParams = (entryId: Uint8Array, bytes: Uint8Array, rotation: CborValue = null) => [
    log.logId,
    entryId,
    bytes,
    rotation,
  ];
  const rotate = (from: TestClient, to: Key, counter: number, retire: boolean, after: number) =>
    from.codeOf("append", appendParams(random(16), random(50), [to.publicKey, counter, retire, after]));
  const seqsFrom = (events: readonly (readonly unknown[])[]) => events.map(([, seq]) => seq);

  beforeEach(async () => {
    relay = await TestRelay.start({ maxLogEntries: 2_000, rates: { append: 1e6, read: 1e6, connect: 1e6 } });
    client = await relay.connect();
    await client.createLog(log);
    await client.prove(log.logId, log.write);
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  it("are created once: the same again is the same, other keys are refused", async () => {
    await client.createLog(log);
    const params = [log.logId, newKey().publicKey, log.owner.publicKey, new Uint8Array(8)];
    expect(await client.codeOf("create-log", params)).toBe("log-exists");
  });

  it("give an entry its seq, and the same seq when it comes again", async () => {
    const [first, second] = [random(16), random(16)];
    const bytes = random(300);
    expect(await client.append(log.logId, bytes, first)).toBe(1);
    expect(await client.append(log.logId, random(300), second)).toBe(2);
    expect(await client.append(log.logId, bytes, first)).toBe(1);
    expect(await client.codeOf("append", appendParams(first, random(300)))).toBe("entry-conflict");
    const [firstKept, lastSeq, entries] = await client.call("read", [log.logId, 1, 10]);
    expect([firstKept, lastSeq, entries.length]).toEqual([1, 2, 2]);
    expect(entries[0]).toEqual([1, first, bytes]);
  });

  it("give one seq to the same entry sent twice in one turn", async () => {
    const entryId = random(16);
    const bytes = random(100);
    const seqs = await Promise.all([1, 2, 3].map(() => client.append(log.logId, bytes, entryId)));
    expect(seqs).toEqual([1, 1, 1]);
    expect((await client.call("read", [log.logId, 1, 10]))[1]).toBe(1);
  });

  it("refuse whoever has not proved the write key on this connection", async () => {
    const other = await relay.connect();
    expect(await other.codeOf("append", appendParams(random(16), random(5)))).toBe("not-proved");
    await expect(other.prove(log.logId, newKey())).rejects.toThrow("bad-signature");
    const replayed = log.write.sign(concatBytes(utf8(domains.prove), client.nonce, log.logId));
    expect(await other.codeOf("prove", [log.logId, replayed])).toBe("bad-signature");
    expect(await other.prove(log.logId, log.write)).toEqual([0]);
    expect(await other.append(log.logId, random(5))).toBe(1);
  });

  it("unknown to the relay are refused by every operation", async () => {
    const logId = random(32);
    const signature = random(64);
    expect(await client.codeOf("prove", [logId, signature])).toBe("unknown-log");
    expect(await client.codeOf("append", [logId, random(16), random(5), null])).toBe("unknown-log");
    expect(await client.codeOf("read", [logId, 1, 1])).toBe("unknown-log");
    expect(await client.codeOf("watch", [logId, 1])).toBe("unknown-log");
    expect(await client.codeOf("reset-log", [logId, random(32), 0, signature])).toBe("unknown-log");
    expect(await client.codeOf("delete-log", [logId, signature])).toBe("unknown-log");
    expect(await client.codeOf("log-counter", [logId])).toBe("unknown-log");
    expect(await client.codeOf("change-owner", [logId, random(32), signature])).toBe("unknown-log");
  });

  it("give concurrent writers consecutive seqs", async () => {
    const other = await relay.connect();
    await other.prove(log.logId, log.write);
    const writers = Array.from({ length: 120 }, (_, index) => (index % 2 === 0 ? client : other));
    const seqs = await Promise.all(writers.map((writer) => writer.append(log.logId, random(40))));
    expect(seqs.sort((a, b) => a - b)).toEqual(writers.map((_, index) => index + 1));
  });

  it("are watched through backfill, cut-over and live, without gap or double, while others append", async () => {
    for (let i = 0; i < 6; i++) {
      await Promise.all(Array.from({ length: 60 }, () => client.append(log.logId, random(200))));
    }
    const watcher = await relay.connect();
    const appending = (async () => {
      for (let i = 0; i < 20; i++) {
        await Promise.all(Array.from({ length: 20 }, () => client.append(log.logId, random(200))));
      }
    })();
    const [lastSeq] = await watcher.call("watch", [log.logId, 1]);
    expect(lastSeq).toBeGreaterThanOrEqual(360);
    const events = await watcher.take("entry", 760);
    await appending;
    expect(seqsFrom(events)).toEqual(Array.from({ length: 760 }, (_, index) => index + 1));
    expect(await client.append(log.logId, random(10))).toBe(761);
    expect((await watcher.event("entry")).body[1]).toBe(761);
    expect(watcher.events).toEqual([]);
  });

  it("are watched from any seq, once per connection, until unwatched", async () => {
    for (let i = 0; i < 5; i++) await client.append(log.logId, random(10));
    const watcher = await relay.connect();
    await watcher.call("watch", [log.logId, 4]);
    expect(seqsFrom(await watcher.take("entry", 2))).toEqual([4, 5]);
    await watcher.call("watch", [log.logId, 6]);
    await client.append(log.logId, random(10));
    expect((await watcher.event("entry")).body[1]).toBe(6);
    await watcher.call("unwatch", [log.logId]);
    await client.append(log.logId, random(10));
    await watcher.call("read", [log.logId, 1, 1]);
    expect(watcher.events).toEqual([]);
  });

  it("reach a hundred watchers alike", async () => {
    const watchers = await Promise.all(Array.from({ length: 100 }, () => relay.connect()));
    await Promise.all(watchers.map((watcher) => watcher.call("watch", [log.logId, 1])));
    const bytes = [random(100), random(70_000), random(130)];
    for (const entry of bytes) await client.append(log.logId, entry);
    for (const watcher of watchers) {
      const got = (await watcher.take("entry", 3)).map((body) => body[3] as Uint8Array);
      expect(got.map((entry, index) => equalBytes(entry, bytes[index] as Uint8Array))).toEqual([true, true, true]);
    }
  });

  it("name a consumer that is too slow, hold a bounded amount for it, and let it watch on", async () => {
    const slow = await relay.connect();
    await slow.call("watch", [log.logId, 1]);
    slow.socket.pause();
    const entry = random(1 << 20);
    const before = process.memoryUsage().arrayBuffers;
    // The least of the last ones, for most of what is there at any moment waits for the garbage collector.
    const held: number[] = [];
    for (let i = 0; i < 48; i++) {
      await client.append(log.logId, entry);
      held.push(process.memoryUsage().arrayBuffers - before);
    }
    expect(Math.min(...held.slice(32))).toBeLessThan(30 << 20);
    slow.socket.resume();
    const { body } = await slow.event("slow");
    const next = body[1] as number;
    const seen = slow.events.filter(({ name }) => name === "entry").map((event) => event.body[1]);
    expect(seen).toEqual(Array.from({ length: next - 1 }, (_, index) => index + 1));
    expect(next).toBeLessThan(48);
    slow.events.length = 0;
    await slow.call("watch", [log.logId, next]);
    expect(seqsFrom(await slow.take("entry", 49 - next))).toEqual(
      Array.from({ length: 49 - next }, (_, i) => next + i),
    );
  });

  it("refuse reads to a connection that does not take what it asked for", async () => {
    await client.append(log.logId, random(3 << 20));
    const greedy = await relay.connect();
    greedy.socket.pause();
    const answers = Array.from({ length: 40 }, () => greedy.codeOf("read", [log.logId, 1, 1]));
    await client.call("read", [log.logId, 2, 1]);
    await client.call("read", [log.logId, 2, 1]);
    greedy.socket.resume();
    const codes = await Promise.all(answers);
    expect(codes.filter((code) => code === "ok").length).toBeGreaterThan(2);
    expect(codes).toContain("rate-limited");
    expect(new Set(codes)).toEqual(new Set(["ok", "rate-limited"]));
  });

  it("rotate their write key by compare-and-swap", async () => {
    const [second, third] = [newKey(), newKey()];
    expect(await rotate(client, second, 0, false, 0)).toBe("ok");
    expect(await rotate(client, third, 0, false, 1)).toBe("rotation-conflict");
    expect(await client.append(log.logId, random(5))).toBe(2);
    const other = await relay.connect();
    expect(await other.prove(log.logId, second)).toEqual([1]);
    expect(await rotate(other, third, 1, false, 2)).toBe("ok");
    expect(await client.codeOf("append", appendParams(random(16), random(5)))).toBe("not-proved");
    expect(await other.codeOf("append", appendParams(random(16), random(5)))).toBe("ok");
  });

  it("rotate with an entry only if its writer has seen all before it", async () => {
    await client.append(log.logId, random(5));
    await client.append(log.logId, random(5));
    for (const after of [0, 1, 3]) expect(await rotate(client, newKey(), 0, true, after)).toBe("rotation-conflict");
    expect(await client.call("log-counter", [log.logId])).toEqual([0]);
    expect(await rotate(client, newKey(), 0, true, 2)).toBe("ok");
    expect(await client.call("log-counter", [log.logId])).toEqual([1]);
  });

  it("change their owner by the owner's key alone", async () => {
    const [next, third] = [newKey(), newKey()];
    const change = (owner: Key, key: Key) =>
      client.codeOf("change-owner", [
        log.logId,
        key.publicKey,
        owner.sign(concatBytes(utf8(domains.owner), log.logId, key.publicKey)),
      ]);
    expect(await change(log.write, next)).toBe("bad-signature");
    expect(await change(log.owner, next)).toBe("ok");
    expect(await change(log.owner, next)).toBe("ok");
    expect(await change(log.owner, third)).toBe("bad-signature");
    expect(await change(next, third)).toBe("ok");
    const signature = next.sign(concatBytes(utf8(domains.delete), client.nonce, log.logId));
    expect(await client.codeOf("delete-log", [log.logId, signature])).toBe("bad-signature");
  });

  it("let one of two rotations in one turn win", async () => {
    const other = await relay.connect();
    await other.prove(log.logId, log.write);
    const codes = await Promise.all([rotate(client, newKey(), 0, false, 0), rotate(other, newKey(), 0, false, 0)]);
    expect(codes.sort()).toEqual(["ok", "rotation-conflict"]);
  });

  it("refuse a retired key at once, on every connection, and by proof", async () => {
    const other = await relay.connect();
    await other.prove(log.logId, log.write);
    const next = newKey();
    expect(await rotate(client, next, 0, true, 0)).toBe("ok");
    for (const connection of [client, other]) {
      expect(await connection.codeOf("append", appendParams(random(16), random(5)))).toBe("not-proved");
      await expect(connection.prove(log.logId, log.write)).rejects.toThrow("bad-signature");
    }
    expect(await client.prove(log.logId, next)).toEqual([1]);
    expect(await client.append(log.logId, random(5))).toBe(2);
  });

  it("answer a rotating append that comes again with its seq, and rotate once", async () => {
    const next = newKey();
    const params = appendParams(random(16), random(50), [next.publicKey, 0, false, 0]);
    expect((await client.ask("append", params)).result).toEqual([1]);
    expect((await client.ask("append", params)).result).toEqual([1]);
    expect(await client.prove(log.logId, next)).toEqual([1]);
  });

  it("are reset by their owner alone", async () => {
    const next = newKey();
    const reset = (owner: Key, key: Key, counter: number) =>
      client.ask("reset-log", [
        log.logId,
        key.publicKey,
        counter,
        owner.sign(concatBytes(utf8(domains.reset), log.logId, key.publicKey, u64(counter))),
      ]);
    expect((await reset(log.write, next, 0)).code).toBe("bad-signature");
    expect((await reset(log.owner, next, 1)).code).toBe("rotation-conflict");
    expect((await reset(log.owner, next, 0)).result).toEqual([1]);
    expect((await reset(log.owner, next, 0)).result).toEqual([1]);
    expect((await reset(log.owner, newKey(), 0)).code).toBe("rotation-conflict");
    expect(await client.codeOf("append", appendParams(random(16), random(5)))).toBe("not-proved");
    await client.prove(log.logId, next);
    expect(await client.append(log.logId, random(5))).toBe(1);
  });

  it("are deleted by their owner alone, and their watchers told", async () => {
    const watcher = await relay.connect();
    await watcher.call("watch", [log.logId, 1]);
    const signature = (key: Key) => key.sign(concatBytes(utf8(domains.delete), client.nonce, log.logId));
    expect(await client.codeOf("delete-log", [log.logId, signature(log.write)])).toBe("bad-signature");
    await client.append(log.logId, random(5));
    await client.call("delete-log", [log.logId, signature(log.owner)]);
    expect((await watcher.event("gone")).body).toEqual([log.logId]);
    expect(await client.codeOf("read", [log.logId, 1, 1])).toBe("unknown-log");
    await client.createLog(log);
    expect((await client.call("read", [log.logId, 1, 1]))[1]).toBe(0);
  });

  it("hold entries up to the limit, and so many of them", async () => {
    expect(await client.codeOf("append", appendParams(random(16), random(limits.entry)))).toBe("ok");
    expect(await client.codeOf("append", appendParams(random(16), random(limits.entry + 1)))).toBe("too-large");
    expect(await client.codeOf("append", appendParams(random(16), new Uint8Array(0)))).toBe("ok");
    const full = await TestRelay.start({ maxLogEntries: 2 });
    const writer = await full.connect();
    await writer.createLog(log);
    await writer.prove(log.logId, log.write);
    const entryId = random(16);
    await writer.append(log.logId, random(5));
    const bytes = random(5);
    await writer.append(log.logId, bytes, entryId);
    expect(await writer.codeOf("append", appendParams(random(16), random(5)))).toBe("log-full");
    expect(await writer.append(log.logId, bytes, entryId)).toBe(2);
    await full[Symbol.asyncDispose]();
  });

  it("forget entries after 30 days and say so, keep their seqs, and survive nights and restarts", async () => {
    for (let i = 0; i < 3; i++) await client.append(log.logId, random(50));
    await relay.relay.night();
    relay.now += 20 * 86_400_000;
    const kept = random(50);
    await client.append(log.logId, kept);
    relay.now += 11 * 86_400_000;
    await relay.relay.night();
    expect((await client.call("read", [log.logId, 1, 10]))[0]).toBe(4);
    await relay.stop();
    await relay.start();
    const again = await relay.connect();
    const [firstKept, lastSeq, entries] = await again.call("read", [log.logId, 1, 10]);
    expect([firstKept, lastSeq]).toEqual([4, 4]);
    expect(entries.map(([seq, , bytes]) => [seq, bytes])).toEqual([[4, kept]]);
    await again.call("watch", [log.logId, 2]);
    expect((await again.event("gap")).body).toEqual([log.logId, 4]);
    expect((await again.event("entry")).body[1]).toBe(4);
    await again.prove(log.logId, log.write);
    expect(await again.append(log.logId, random(5))).toBe(5);
    expect((await again.event("entry")).body[1]).toBe(5);

    // Where nothing at all is left, it is said at once.
    relay.now += 31 * 86_400_000;
    await relay.relay.night();
    const late = await relay.connect();
    expect(await late.call("watch", [log.logId, 2])).toEqual([5]);
    expect((await late.event("gap")).body).toEqual([log.logId, 6]);
  });
});
