import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createTransport, type LogListener, type WatchingLink } from "../src/index.js";
import { MemoryRelay, turn } from "./memory-relay.js";

const logId = new Uint8Array(32).fill(1);
const otherLog = new Uint8Array(32).fill(2);

let relay: MemoryRelay;
let link: WatchingLink;
let told: string[];

const listener: LogListener = {
  entry: ({ seq, bytes }) => told.push(`entry ${seq}: ${bytes}`),
  watching: (lastSeq) => told.push(`watching to ${lastSeq}`),
  gap: (nextSeq) => told.push(`gap before ${nextSeq}`),
  ended: ({ code }) => told.push(`ended: ${code}`),
};

beforeEach(async () => {
  relay = new MemoryRelay();
  told = [];
  link = createTransport({ ...relay.ports, url: "https://relay.example" }).openWatching();
});

async function connected(): Promise<void> {
  relay.socket.greet();
  await turn();
}

async function reconnected(): Promise<void> {
  link.wake();
  await connected();
}

async function watching(lastSeq: number): Promise<void> {
  relay.socket.answer("watch", [lastSeq]);
  await turn();
}

function entry(seq: number, id = logId): void {
  relay.socket.event("entry", [id, seq, new Uint8Array(16).fill(seq), Uint8Array.of(seq)]);
}

describe("a watch", () => {
  it("begins when there is a connection, and tells of each entry once, in order", async () => {
    link.watchLog(logId, 3, listener);
    await connected();
    expect(relay.socket.last("watch").params).toEqual([logId, 3]);
    await watching(4);
    entry(3);
    entry(3);
    entry(4);
    entry(2);
    expect(told).toEqual(["watching to 4", "entry 3: 3", "entry 4: 4"]);
  });

  it("says from where it was asked, whatever was told of before the answer", async () => {
    const asked: number[] = [];
    await connected();
    link.watchLog(logId, 2, { ...listener, watching: (_, fromSeq) => asked.push(fromSeq) });
    relay.socket.answer("watch", [1]);
    entry(2);
    await turn();
    expect(told).toEqual(["entry 2: 2"]);
    expect(asked).toEqual([2]);
  });

  it("goes on after a break where it left off", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    link.watchLog(otherLog, 9, listener);
    entry(1);
    entry(2);
    relay.socket.drop();
    await reconnected();
    expect(relay.socket.requests.map(({ params }) => params)).toEqual([
      [logId, 3],
      [otherLog, 9],
    ]);
    entry(3);
    expect(told).toEqual(["entry 1: 1", "entry 2: 2", "entry 3: 3"]);
  });

  it("does not pass over an entry that is missing: it asks another connection", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    entry(2);
    expect(told).toEqual([]);
    expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "bad-answer" } });
    expect(relay.socket.isClosed).toBe(true);
    await reconnected();
    expect(relay.socket.last("watch").params).toEqual([logId, 1]);
  });

  it("tells what has expired, and goes on behind it", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.event("gap", [logId, 5]);
    relay.socket.event("gap", [logId, 4]);
    entry(5);
    expect(told).toEqual(["gap before 5", "entry 5: 5"]);
  });

  it("begins anew where it was too slow", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    entry(1);
    relay.socket.event("slow", [logId, 2]);
    expect(relay.socket.requests.map(({ params }) => params)).toEqual([
      [logId, 1],
      [logId, 2],
    ]);
  });

  it("begins anew, after a while, where the relay could not read on", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    entry(1);
    relay.socket.event("broken", [logId, 2, 60]);
    relay.time.pass(59_999);
    expect(relay.socket.requests).toHaveLength(1);
    relay.time.pass(1);
    expect(relay.socket.requests.map(({ params }) => params)).toEqual([
      [logId, 1],
      [logId, 2],
    ]);
    expect(told).toEqual(["entry 1: 1"]);
  });

  it("is one of thousands: so many are asked for at once, the others after them, all again on a new connection", async () => {
    await connected();
    const logs = Array.from({ length: 100 }, (_, i) => new Uint8Array(32).fill(100 + i));
    for (const id of logs) link.watchLog(id, 1, listener);
    expect(relay.socket.requests).toHaveLength(32);
    for (let answered = 0; answered < 50; answered++) await watching(0);
    expect(relay.socket.requests).toHaveLength(82);
    relay.socket.drop();
    await reconnected();
    for (let answered = 0; answered < 100; answered++) await watching(0);
    expect(relay.socket.requests.map(({ params }) => (params as [Uint8Array])[0])).toEqual(logs);
  });

  it("says that a log went back", async () => {
    await connected();
    link.watchLog(logId, 8, listener);
    await watching(7);
    relay.socket.drop();
    await reconnected();
    await watching(3);
    expect(told).toEqual(["watching to 7", "watching to 3"]);
  });

  it("ends with its log", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.event("gone", [logId]);
    entry(1);
    expect(told).toEqual(["ended: unknown-log"]);
    relay.socket.drop();
    await reconnected();
    expect(relay.socket.requests).toEqual([]);
  });

  it("ends where it is refused", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.refuse("watch", "wrong-socket");
    await turn();
    expect(told).toEqual(["ended: wrong-socket"]);
  });

  it("tries again when the relay says so", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.refuse("watch", "rate-limited", 7);
    await turn();
    relay.time.pass(6_999);
    expect(relay.socket.requests).toHaveLength(1);
    relay.time.pass(1);
    expect(relay.socket.requests).toHaveLength(2);
    relay.socket.refuse("watch", "internal");
    await turn();
    relay.time.pass(5_000);
    expect(relay.socket.requests).toHaveLength(3);
    expect(told).toEqual([]);
  });

  it("waits for another connection where the answer is none", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.answer("watch", ["soon"]);
    await turn();
    expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "bad-answer" } });
    await reconnected();
    await watching(0);
    expect(told).toEqual(["watching to 0"]);
  });

  it("does not ask on a connection that is gone", async () => {
    await connected();
    link.watchLog(logId, 1, listener);
    relay.socket.refuse("watch", "internal");
    await turn();
    relay.socket.drop();
    await turn();
    // Only the link's own timer for another connection.
    expect(relay.time.running).toBe(1);
    expect(told).toEqual([]);
  });

  it("is one for each log", async () => {
    link.watchLog(logId, 1, listener);
    expect(() => link.watchLog(logId, 1, listener)).toThrow(expect.objectContaining({ code: "bad-request" }));
  });

  it("that is ended tells nothing more, and can be had again", async () => {
    await connected();
    const end = link.watchLog(logId, 1, listener);
    end();
    end();
    entry(1);
    await watching(1);
    expect(relay.socket.requests.map(({ op }) => op)).toEqual(["watch", "unwatch"]);
    expect(told).toEqual([]);
    link.watchLog(logId, 1, listener);
    entry(1);
    expect(told).toEqual(["entry 1: 1"]);
  });

  it("leaves inbox events aside", async () => {
    await connected();
    relay.socket.event("item", [1, new Uint8Array(4)]);
    relay.socket.event("slow-inbox", [1]);
    expect(link.state.kind).toBe("connected");
  });
});

it("any breaks, doubles and slownesses leave every entry told once, in order", async () => {
  const step = fc.constantFrom("entry", "entry", "entry", "double", "slow", "drop");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      relay = new MemoryRelay();
      told = [];
      link = createTransport({ ...relay.ports, url: "https://relay.example" }).openWatching();
      link.watchLog(logId, 1, listener);
      await connected();
      const next = () => relay.socket.last("watch").params[1] as number;
      let sent = next();
      let all = 0;
      for (const kind of steps) {
        if (kind === "entry") {
          entry(sent);
          all = Math.max(all, sent);
          sent += 1;
        } else if (kind === "double" && sent > 1) {
          entry(sent - 1);
        } else if (kind === "slow") {
          relay.socket.event("slow", [logId, sent]);
          sent = next();
        } else if (kind === "drop") {
          relay.socket.drop();
          await reconnected();
          sent = next();
        }
      }
      expect(told).toEqual(Array.from({ length: all }, (_, n) => `entry ${n + 1}: ${n + 1}`));
    }),
    { numRuns: 100 },
  );
});
