import { beforeEach, describe, expect, it } from "vitest";
import { createTransport, type LinkState, type Transport, type WatchingLink } from "../src/index.js";
import { MemoryRelay, turn } from "./memory-relay.js";
import { outcomeOf } from "./outcome-of.js";

let relay: MemoryRelay;
let transport: Transport;
let link: WatchingLink;
let states: LinkState["kind"][];

beforeEach(() => {
  relay = new MemoryRelay();
  transport = createTransport({ ...relay.ports, url: "https://relay.example" });
  link = transport.openWatching();
  states = [];
  link.onState(({ kind }) => states.push(kind));
});

async function connected(): Promise<void> {
  relay.socket.greet();
  await turn();
}

function delay(): number {
  if (link.state.kind !== "waiting") throw new Error(`the link is ${link.state.kind}`);
  return link.state.delay;
}

describe("a link", () => {
  it("opens the anonymous socket, and says where it stands", async () => {
    expect(relay.sockets.map(({ url }) => url)).toEqual(["wss://relay.example/v1/anonymous"]);
    expect(link.state.kind).toBe("connecting");
    await connected();
    relay.socket.drop();
    expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "disconnected" } });
    relay.time.pass(delay());
    await connected();
    link.close();
    expect(states).toEqual(["connected", "waiting", "connecting", "connected", "closed"]);
  });

  it("waits longer after every failure, up to 30 seconds, never the same time for all", () => {
    const delays: number[] = [];
    for (let failures = 1; failures <= 12; failures++) {
      relay.socket.drop();
      delays.push(delay());
      relay.time.pass(delay());
      expect(relay.sockets).toHaveLength(failures + 1);
    }
    for (const [n, waited] of delays.entries()) {
      const most = Math.min(30_000, 500 * 2 ** n);
      expect(waited).toBeGreaterThanOrEqual(most / 2);
      expect(waited).toBeLessThanOrEqual(most);
    }
    expect(new Set(delays.slice(6)).size).toBeGreaterThan(1);
  });

  it("forgets its failures once a connection has lasted 10 seconds, not before", async () => {
    for (let n = 0; n < 8; n++) {
      relay.socket.drop();
      relay.time.pass(delay());
    }
    await connected();
    relay.time.pass(9_999);
    relay.socket.drop();
    expect(delay()).toBeGreaterThan(10_000);
    relay.time.pass(delay());
    await connected();
    relay.time.pass(10_000);
    relay.socket.drop();
    expect(delay()).toBeLessThanOrEqual(500);
  });

  it("tries at once when it is woken, and wakes from nothing else", async () => {
    relay.socket.drop();
    link.wake();
    expect(relay.sockets).toHaveLength(2);
    link.wake();
    await connected();
    link.wake();
    expect(relay.sockets).toHaveLength(2);
    expect(relay.time.running).toBe(2);
  });

  it("stops before a relay of another version, until it is woken", async () => {
    relay.socket.say([0, "hello", [2]]);
    expect(link.state).toMatchObject({ kind: "refused", reason: { code: "unsupported-relay" } });
    expect(relay.time.running).toBe(0);
    expect(await outcomeOf(link.session())).toBe("unsupported-relay");
    link.wake();
    await connected();
    expect(link.state.kind).toBe("connected");
  });

  it("tries again where a relay breaks the contract", () => {
    relay.socket.say("nonsense");
    expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "bad-answer" } });
  });

  it("asks a relay that is quiet for 45 seconds, and gives up one that does not answer", async () => {
    await connected();
    relay.time.pass(45_000);
    expect(relay.socket.requests.map(({ op }) => op)).toEqual(["unwatch"]);
    relay.socket.answer("unwatch", []);
    relay.time.pass(45_000);
    expect(relay.socket.requests).toHaveLength(1);
    relay.time.pass(45_000);
    expect(relay.socket.requests).toHaveLength(2);
    relay.time.pass(30_100);
    expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "timeout" } });
    expect(relay.socket.isClosed).toBe(true);
  });

  it("leaves no timer and no socket behind", async () => {
    await connected();
    const asked = link.request("lookup", ["alice"]);
    await turn();
    transport.close();
    expect(await outcomeOf(asked)).toBe("closed");
    expect(relay.time.running).toBe(0);
    expect(relay.socket.isClosed).toBe(true);
    expect(await outcomeOf(link.session())).toBe("closed");
    link.wake();
    expect(relay.sockets).toHaveLength(1);
  });

  it("stays closed though its greeting comes late", async () => {
    relay.socket.greet();
    link.close();
    await turn();
    expect(link.state.kind).toBe("closed");
    expect(relay.time.running).toBe(0);
  });

  it("tells no listener that has left", async () => {
    const told: string[] = [];
    link.onState(({ kind }) => told.push(kind))();
    await connected();
    expect(told).toEqual([]);
  });
});

describe("a request without a connection", () => {
  it("waits for the next one", async () => {
    relay.socket.drop();
    const asked = link.request("lookup", ["alice"]);
    relay.time.pass(delay());
    await connected();
    relay.socket.answer("lookup", [[]]);
    expect(await asked).toEqual([[]]);
  });

  it("waits 30 seconds", async () => {
    const asked = link.request("lookup", ["alice"]);
    relay.time.pass(30_000);
    expect(await outcomeOf(asked)).toBe("unreachable");
  });

  it("waits with 1,023 others, and no more", async () => {
    const many = Array.from({ length: 1_024 }, () => link.session());
    expect(await outcomeOf(link.session())).toBe("busy");
    link.close();
    expect(new Set(await Promise.all(many.map(outcomeOf)))).toEqual(new Set(["closed"]));
  });

  it("is refused with the link", async () => {
    const asked = link.request("lookup", ["alice"]);
    relay.socket.drop(4403);
    expect(await outcomeOf(asked)).toBe("revoked");
  });
});

it.each([
  "relay.example",
  "ftp://relay.example",
  "https://",
  "https://relay.example/path",
  "https://me@relay.example",
  "https://a b",
])("%j is no address of a relay", (url) => {
  expect(() => createTransport({ ...relay.ports, url })).toThrow(expect.objectContaining({ code: "bad-url" }));
});

it("an address may end in a slash and name a port", () => {
  createTransport({ ...relay.ports, url: "http://[::1]:8787/" }).openWatching();
  expect(relay.socket.url).toBe("ws://[::1]:8787/v1/anonymous");
});
