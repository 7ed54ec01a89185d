import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createTransport, type NamedLink } from "../src/index.js";
import { MemoryRelay, nonce, turn } from "./memory-relay.js";
import { outcomeOf } from "./outcome-of.js";

const accountId = new Uint8Array(32).fill(5);
const sigKey = new Uint8Array(32).fill(6);

let relay: MemoryRelay;
let publicKey: KeyObject;
let link: NamedLink;
let items: [number, Uint8Array][];

beforeEach(() => {
  relay = new MemoryRelay();
  items = [];
  const keys = generateKeyPairSync("ed25519");
  publicKey = keys.publicKey;
  const device = { accountId, sigKey, sign: (message: Uint8Array) => sign(null, message, keys.privateKey) };
  const transport = createTransport({ ...relay.ports, url: "http://127.0.0.1:8787" });
  link = transport.openNamed({ ...device }, (...item) => items.push(item));
});

async function signedIn(): Promise<void> {
  relay.socket.greet();
  relay.socket.answer("auth", []);
  await turn();
}

it("proves the device's key over the connection's nonce before anything else", async () => {
  const asked = link.request("count-key-packages", []);
  expect(relay.socket.url).toBe("ws://127.0.0.1:8787/v1/named");
  relay.socket.greet();
  await turn();
  expect(relay.socket.requests.map(({ op }) => op)).toEqual(["auth"]);
  const [account, key, signature] = relay.socket.last("auth").params as Uint8Array[];
  expect([account, key]).toEqual([accountId, sigKey]);
  const covered = Buffer.concat([Buffer.from("redoubt/auth/v1"), nonce, accountId]);
  expect(verify(null, covered, publicKey, signature as Uint8Array)).toBe(true);
  expect(link.state.kind).toBe("connecting");

  relay.socket.answer("auth", []);
  await turn();
  relay.socket.answer("count-key-packages", [3, true]);
  expect(await asked).toEqual([3, true]);
  expect(link.state.kind).toBe("connected");
});

it("is refused for good where the relay knows no such device", async () => {
  relay.socket.greet();
  relay.socket.refuse("auth", "unknown-device");
  await turn();
  expect(link.state).toMatchObject({ kind: "refused", reason: { code: "unknown-device" } });
  expect(await outcomeOf(link.session())).toBe("unknown-device");
  expect(relay.socket.isClosed).toBe(true);
  expect(relay.time.running).toBe(0);
});

it("tries again where the relay is restarting", async () => {
  relay.socket.greet();
  relay.socket.refuse("auth", "shutting-down");
  await turn();
  expect(link.state).toMatchObject({ kind: "waiting", reason: { code: "shutting-down" } });
});

it("is refused where the device cannot sign", async () => {
  const device = {
    accountId,
    sigKey,
    sign: () => {
      throw new Error("the key is gone");
    },
  };
  const other = createTransport({ ...relay.ports, url: "http://127.0.0.1:8787" }).openNamed(device, () => undefined);
  await signedInOrNot();
  expect(other.state).toMatchObject({ kind: "refused", reason: { code: "bad-request" } });

  async function signedInOrNot(): Promise<void> {
    relay.socket.greet();
    await turn();
  }
});

it("tells of inbox items, on every connection anew", async () => {
  await signedIn();
  relay.socket.answer("watch-inbox", []);
  relay.socket.event("item", [1, Uint8Array.of(1)]);
  relay.socket.event("item", [2, Uint8Array.of(2)]);
  relay.socket.drop();
  link.wake();
  await signedIn();
  relay.socket.answer("watch-inbox", []);
  relay.socket.event("item", [2, Uint8Array.of(2)]);
  expect(items).toEqual([
    [1, Uint8Array.of(1)],
    [2, Uint8Array.of(2)],
    [2, Uint8Array.of(2)],
  ]);
});

it("watches the inbox again where it was too slow, or refused", async () => {
  await signedIn();
  relay.socket.answer("watch-inbox", []);
  relay.socket.event("slow-inbox", [4]);
  const watches = () => relay.socket.requests.filter(({ op }) => op === "watch-inbox").length;
  expect(watches()).toBe(2);
  relay.socket.refuse("watch-inbox", "internal");
  await turn();
  relay.time.pass(5_000);
  expect(watches()).toBe(3);
});

it("does not watch on a connection that is gone", async () => {
  await signedIn();
  relay.socket.refuse("watch-inbox", "internal");
  await turn();
  link.close();
  expect(relay.time.running).toBe(0);
});

it("asks a quiet relay for a sign of life", async () => {
  await signedIn();
  relay.socket.answer("watch-inbox", []);
  relay.time.pass(90_000);
  expect(relay.socket.requests.map(({ op }) => op)).toEqual(["auth", "watch-inbox", "count-key-packages"]);
});
