import { beforeEach, expect, it } from "vitest";
import { createTransport, type Transport } from "../src/index.js";
import { MemoryRelay, turn } from "./memory-relay.js";
import { outcomeOf } from "./outcome-of.js";

let relay: MemoryRelay;
let transport: Transport;

beforeEach(() => {
  relay = new MemoryRelay();
  transport = createTransport({ ...relay.ports, url: "https://relay.example" });
});

const lookUp = (name: string) => transport.errand((session) => session.request("lookup", [name]));

it("each has a socket of its own, which ends with it", async () => {
  const first = lookUp("alice");
  const second = lookUp("bob");
  const [one, two] = relay.sockets;
  for (const socket of relay.sockets) socket.greet();
  await turn();
  expect(relay.sockets.map(({ requests }) => requests.map(({ params }) => params))).toEqual([[["alice"]], [["bob"]]]);
  two?.answer("lookup", [[Uint8Array.of(2)]]);
  expect(await second).toEqual([[Uint8Array.of(2)]]);
  expect([one?.isClosed, two?.isClosed]).toEqual([false, true]);
  one?.answer("lookup", [[Uint8Array.of(1)]]);
  expect(await first).toEqual([[Uint8Array.of(1)]]);
  expect(one?.isClosed).toBe(true);
  expect(relay.time.running).toBe(0);
});

it("may be of several requests and a stamp, on one socket", async () => {
  const context = new Uint8Array(32);
  const created = transport.errand(async (session) => {
    const stamp = await session.stamp(context);
    await session.request("create-log", [context, context, context, stamp]);
    return session.request("lookup", ["alice"]);
  });
  relay.socket.greet();
  await turn();
  relay.socket.answer("create-log", []);
  await turn();
  relay.socket.answer("lookup", [[]]);
  expect(await created).toEqual([[]]);
  expect(relay.sockets).toHaveLength(1);
});

it("that fails ends its socket too", async () => {
  const failing = transport.errand(async () => {
    throw new RangeError("of the errand's own");
  });
  relay.socket.greet();
  await expect(failing).rejects.toThrow(RangeError);
  expect(relay.socket.isClosed).toBe(true);
});

it("fails where there is no relay, and is not tried again", async () => {
  const asked = lookUp("alice");
  relay.socket.drop();
  expect(await outcomeOf(asked)).toBe("unreachable");
  expect(relay.sockets).toHaveLength(1);
  expect(relay.time.running).toBe(0);
});

it("fails where the connection breaks off", async () => {
  const asked = lookUp("alice");
  relay.socket.greet();
  await turn();
  relay.socket.drop();
  expect(await outcomeOf(asked)).toBe("disconnected");
});

it("eight are under way at once, and the others wait", async () => {
  const asked = Array.from({ length: 10 }, (_, n) => lookUp(`user_${n}`));
  expect(relay.sockets).toHaveLength(8);
  for (let n = 0; n < 10; n++) {
    relay.sockets[n]?.greet();
    await turn();
    relay.sockets[n]?.answer("lookup", [[]]);
    await turn();
  }
  expect(await Promise.all(asked)).toHaveLength(10);
  expect(relay.sockets).toHaveLength(10);
});

it("all end when the transport is closed, whether greeted, opening or waiting", async () => {
  const asked = Array.from({ length: 10 }, (_, n) => lookUp(`user_${n}`));
  relay.sockets[0]?.greet();
  await turn();
  transport.close();
  expect(await Promise.all(asked.map(outcomeOf))).toEqual(Array.from({ length: 10 }, () => "closed"));
  expect(relay.sockets.map(({ isClosed }) => isClosed)).toEqual(Array.from({ length: 8 }, () => true));
  expect(relay.time.running).toBe(0);
  expect(await outcomeOf(lookUp("alice"))).toBe("closed");
});

it("no more than 1,024 wait", async () => {
  const asked = Array.from({ length: 8 + 1_024 }, () => lookUp("alice"));
  expect(await outcomeOf(lookUp("alice"))).toBe("busy");
  transport.close();
  await Promise.allSettled(asked);
});
