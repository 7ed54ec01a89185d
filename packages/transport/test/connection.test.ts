import { type CborValue, CodedError, encodeCbor } from "@redoubt/base";
import { type AnonymousOp, limits } from "@redoubt/wire";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { Connection, type RelayEvent } from "../src/connection.js";
import { RelayError } from "../src/index.js";
import { MemoryRelay, nonce, salt, turn } from "./memory-relay.js";
import { outcomeOf } from "./outcome-of.js";

let relay: MemoryRelay;
let told: (string | undefined)[];
let events: RelayEvent[];
let connection: Connection<AnonymousOp>;

function connect(): void {
  connection = new Connection(relay.ports, "ws://relay.example/v1/anonymous", {
    greeted: () => told.push("greeted"),
    event: (event) => events.push(event),
    ended: ({ code }) => told.push(code),
  });
}

beforeEach(() => {
  relay = new MemoryRelay();
  told = [];
  events = [];
  connect();
});

const id32 = (fill: number) => new Uint8Array(32).fill(fill);

describe("the greeting", () => {
  it("begins the connection", () => {
    relay.socket.greet();
    expect(told).toEqual(["greeted"]);
    expect(connection.nonce).toEqual(nonce);
  });

  it("must come within 15 seconds", () => {
    relay.time.pass(14_999);
    expect(told).toEqual([]);
    relay.time.pass(1);
    expect(told).toEqual(["unreachable"]);
    expect(relay.socket.isClosed).toBe(true);
    expect(relay.time.running).toBe(0);
  });

  it.each<[string, CborValue, string]>([
    ["of another version", [0, "hello", [2, "anything"]], "unsupported-relay"],
    ["with a short nonce", [0, "hello", [1, new Uint8Array(31), salt, 0]], "bad-answer"],
    ["that asks for too much work", [0, "hello", [1, nonce, salt, limits.powBits + 1]], "bad-answer"],
    ["that is empty", [0, "hello", []], "bad-answer"],
    ["that is another event", [0, "salt", [salt, 0]], "bad-answer"],
    ["that is an answer", [1, true, []], "bad-answer"],
    ["that is no message", "hello", "bad-answer"],
  ])("%s ends the connection", (_name, message, code) => {
    relay.socket.say(message);
    expect(told).toEqual([code]);
    expect(relay.socket.isClosed).toBe(true);
  });

  it("comes once", () => {
    relay.socket.greet();
    relay.socket.greet();
    expect(told).toEqual(["greeted", "bad-answer"]);
  });

  it("is not waited for where the socket cannot be opened", () => {
    const openSocket = () => {
      throw new SyntaxError("no address");
    };
    new Connection({ ...relay.ports, openSocket }, "ws://", {
      greeted: () => told.push("greeted"),
      event: (event) => events.push(event),
      ended: ({ code }) => told.push(code),
    });
    relay.time.pass(0);
    expect(told).toEqual(["unreachable"]);
  });
});

describe("a request", () => {
  beforeEach(() => relay.socket.greet());

  it("has the answer of its id, in whatever order answers come", async () => {
    const first = connection.request("lookup", ["alice"]);
    const second = connection.request("lookup", ["bob"]);
    const [one, two] = relay.socket.requests;
    expect(relay.socket.requests.map(({ op, params }) => [op, ...params])).toEqual([
      ["lookup", "alice"],
      ["lookup", "bob"],
    ]);
    relay.socket.say([two?.id ?? 0, true, [[Uint8Array.of(2)]]]);
    relay.socket.say([one?.id ?? 0, true, [[Uint8Array.of(1)]]]);
    expect(await first).toEqual([[Uint8Array.of(1)]]);
    expect(await second).toEqual([[Uint8Array.of(2)]]);
    expect(relay.time.running).toBe(0);
  });

  it("that is refused says code, retry and time", async () => {
    const asked = connection.request("lookup", ["alice"]);
    relay.socket.refuse("lookup", "rate-limited", 12);
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RelayError);
    expect(error).toMatchObject({ code: "rate-limited", retry: true, retryAfter: 12 });
  });

  it.each<[string, CborValue]>([
    ["a result of another form", [1, true, ["text"]]],
    ["a result that is too large", [1, true, [[new Uint8Array(limits.accountEntry + 1)]]]],
    ["a code that is unknown", [1, false, ["toString", null]]],
  ])("that is answered by %s fails, and the connection goes on", async (_name, message) => {
    const asked = connection.request("lookup", ["alice"]);
    relay.socket.say(message);
    expect(await outcomeOf(asked)).toBe("bad-answer");
    expect(told).toEqual(["greeted"]);
  });

  it("against the contract is not sent", async () => {
    expect(await outcomeOf(connection.request("prove", [id32(1), new Uint8Array(63)]))).toBe("bad-request");
    const entry = new Uint8Array(limits.entry + 1);
    expect(await outcomeOf(connection.request("append", [id32(1), new Uint8Array(16), entry, null]))).toBe(
      "bad-request",
    );
    expect(relay.socket.requests).toEqual([]);
  });

  it("fails when the connection breaks off, and so does every later one", async () => {
    const asked = connection.request("lookup", ["alice"]);
    relay.socket.drop();
    expect(await outcomeOf(asked)).toBe("disconnected");
    expect(await outcomeOf(connection.request("lookup", ["bob"]))).toBe("disconnected");
    expect(told).toEqual(["greeted", "disconnected"]);
    expect(relay.time.running).toBe(0);
  });

  it("fails by our reason when we close", async () => {
    const asked = connection.request("lookup", ["alice"]);
    connection.close(new RelayError("internal", null));
    expect(await outcomeOf(asked)).toBe("internal");
    relay.socket.drop();
    relay.socket.say([1, true, [[]]]);
    expect(told).toEqual(["greeted"]);
  });

  it("without an answer times out; where nothing else came either, the connection is dead", async () => {
    const asked = connection.request("lookup", ["alice"]);
    relay.time.pass(31_000);
    expect(await outcomeOf(asked)).toBe("timeout");
    expect(told).toEqual(["greeted", "timeout"]);
    expect(relay.socket.isClosed).toBe(true);
  });

  it("without an answer times out; where others are answered, the connection goes on", async () => {
    const asked = connection.request("lookup", ["alice"]);
    const { id } = relay.socket.last("lookup");
    relay.time.pass(20_000);
    const other = connection.request("lookup", ["bob"]);
    relay.socket.answer("lookup", [[]]);
    expect(await other).toEqual([[]]);
    relay.time.pass(11_000);
    expect(await outcomeOf(asked)).toBe("timeout");
    relay.socket.say([id, true, [[]]]);
    expect(told).toEqual(["greeted"]);
  });

  it("of many bytes is given the time that a slow uplink needs", async () => {
    const large = connection.request("append", [id32(1), new Uint8Array(16), new Uint8Array(limits.entry), null]);
    relay.time.pass(limits.entry / 16);
    expect(told).toEqual(["greeted"]);
    relay.time.pass(31_000);
    expect(await outcomeOf(large)).toBe("timeout");
  });
});

describe("the window", () => {
  beforeEach(() => relay.socket.greet());

  it("has 64 requests on their way, and the others in their order behind them", async () => {
    const asked = Array.from({ length: 100 }, (_, n) => connection.request("lookup", [`user_${n}`]));
    expect(relay.socket.requests).toHaveLength(limits.openRequests);
    expect(new Set(relay.socket.requests.map(({ id }) => id)).size).toBe(limits.openRequests);
    for (let n = 0; n < 100; n++) {
      const request = relay.socket.requests[n];
      expect(request?.params).toEqual([`user_${n}`]);
      relay.socket.say([request?.id ?? 0, true, [[]]]);
    }
    expect(await Promise.all(asked)).toHaveLength(100);
  });

  it("has 8 MiB on their way, but one entry in any case", async () => {
    const entry = new Uint8Array(limits.entry);
    const asked = Array.from({ length: 3 }, (_, n) => {
      return connection.request("append", [id32(1), new Uint8Array(16).fill(n), entry, null]);
    });
    expect(relay.socket.requests).toHaveLength(1);
    relay.socket.answer("append", [1]);
    expect(relay.socket.requests).toHaveLength(2);
    relay.socket.answer("append", [2]);
    relay.socket.answer("append", [3]);
    expect(await Promise.all(asked)).toEqual([[1], [2], [3]]);
  });

  it("lets 1,024 requests wait, or 32 MiB, and refuses more", async () => {
    const many = Array.from({ length: limits.openRequests + 1_024 }, () => connection.request("lookup", ["alice"]));
    expect(await outcomeOf(connection.request("lookup", ["alice"]))).toBe("busy");
    connection.close(new RelayError("internal", null));
    expect(new Set(await Promise.all(many.map(outcomeOf)))).toEqual(new Set(["internal"]));

    connect();
    relay.socket.greet();
    const entry = new Uint8Array(limits.entry);
    const large = Array.from({ length: 9 }, () =>
      connection.request("append", [id32(1), new Uint8Array(16), entry, null]),
    );
    expect(await outcomeOf(large[8] as Promise<unknown>)).toBe("busy");
    connection.close(new RelayError("internal", null));
    await Promise.allSettled(large);
  });
});

describe("an event", () => {
  beforeEach(() => relay.socket.greet());

  it("is told in the order that it came in", () => {
    const entry = (seq: number) => [id32(1), seq, new Uint8Array(16), Uint8Array.of(seq)] as const;
    relay.socket.event("entry", [...entry(1)]);
    relay.socket.event("entry", [...entry(2)]);
    relay.socket.event("gone", [id32(1)]);
    expect(events).toEqual([
      { name: "entry", body: entry(1) },
      { name: "entry", body: entry(2) },
      { name: "gone", body: [id32(1)] },
    ]);
  });

  it("of a later relay's is nothing to us", () => {
    relay.socket.say([0, "weather", ["fine"]]);
    relay.socket.say([0, "constructor", []]);
    expect(told).toEqual(["greeted"]);
    expect(events).toEqual([]);
  });

  it("of another form ends the connection", () => {
    relay.socket.say([0, "entry", [id32(1), 0, new Uint8Array(16), new Uint8Array(1)]]);
    expect(told).toEqual(["greeted", "bad-answer"]);
  });

  it("of a new salt changes what stamps are made with", async () => {
    relay.socket.event("salt", [new Uint8Array(16).fill(1), 8]);
    const made = connection.stamp(id32(3));
    for (let n = 0; n < 50; n++) {
      await turn();
      relay.time.pass(0);
    }
    const stamp = await made;
    const domain = Buffer.from("redoubt/stamp/v1");
    const hash = relay.ports.sha256(Buffer.concat([domain, new Uint8Array(16).fill(1), id32(3), stamp]));
    expect(hash[0]).toBe(0);
  });
});

it("a stamp is given up with the connection", async () => {
  relay.socket.greet(limits.powBits);
  const made = connection.stamp(id32(3));
  relay.socket.drop();
  relay.time.pass(0);
  expect(await outcomeOf(made)).toBe("disconnected");
});

it("a revoked device is told so", () => {
  relay.socket.greet();
  relay.socket.drop(4403);
  expect(told).toEqual(["greeted", "revoked"]);
});

describe("whatever a hostile relay says", () => {
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .tuple(fc.nat(3), fc.oneof(fc.boolean(), fc.string()), fc.array(fc.oneof(fc.nat(), fc.uint8Array(), fc.string())))
      .map((frame) => encodeCbor(frame)),
    fc
      .tuple(fc.constantFrom("entry", "gap", "item", "salt", "hello"), fc.array(fc.oneof(fc.nat(), fc.uint8Array())))
      .map(([name, body]) => encodeCbor([0, name, body])),
    fc.constant(encodeCbor([1, true, [[]]])),
  );

  it("ends in an answer, an event, or one coded end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (messages) => {
        told = [];
        connect();
        relay.socket.greet();
        const asked = connection.request("lookup", ["alice"]).catch((error: unknown) => error);
        for (const bytes of messages) relay.socket.sayBytes(bytes);
        relay.socket.drop();
        const outcome = await asked;
        expect(outcome instanceof CodedError || Array.isArray(outcome)).toBe(true);
        expect(told).toHaveLength(2);
        expect(["disconnected", "bad-answer"]).toContain(told[1]);
      }),
      { numRuns: 300 },
    );
  });
});
