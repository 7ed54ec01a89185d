import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createEntry, createGenesis, deviceIdOf, proveDevice } from "@redoubt/identity";
import { createLogger, type Relay, startRelay } from "@redoubt/relay";
import { domains, limits } from "@redoubt/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTransport, type LinkState, type Transport } from "../src/index.js";
import { nodePlatform } from "../src/node/index.js";
import { newSigner, verify } from "./ed25519-keys.js";
import { outcomeOf } from "./outcome-of.js";

const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash("sha256").update(bytes).digest());
const random = (length: number) => Uint8Array.from(randomBytes(length));
const hashing = {
  sha256,
  sha512: (bytes: Uint8Array) => Uint8Array.from(createHash("sha512").update(bytes).digest()),
  verify,
};

let folder: string;
let relay: Relay;
let transport: Transport;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-transport-"));
  relay = await start(0);
  transport = createTransport({ ...nodePlatform, random, sha256, url: relay.url });
});

afterEach(async () => {
  transport.close();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

function start(port: number): Promise<Relay> {
  return startRelay({
    data: folder,
    host: "127.0.0.1",
    port,
    registration: "open",
    trustProxy: false,
    powBits: 10,
    logger: createLogger({ write: () => undefined }),
  });
}

/** An account on the relay, with one device. */
async function registered(username: string) {
  const device = newSigner();
  const recovery = newSigner();
  const inboxId = random(16);
  const devices = [proveDevice(username, device.publicKey, inboxId, device.sign)];
  const { entry, account } = createGenesis(hashing, { username, devices, recovery, day: 20_000 });
  const [accountId] = await transport.errand(async (session) => {
    return session.request("register", [entry, await session.stamp(sha256(entry)), null]);
  });
  expect(accountId).toEqual(account.accountId);
  return { device, recovery, inboxId, entry, account };
}

/** A log on the relay, and a function that appends to it on a connection. */
async function createdLog(link: ReturnType<Transport["openWatching"]>) {
  const writer = newSigner();
  const owner = newSigner();
  const logId = random(32);
  const session = await link.session();
  await session.request("create-log", [logId, writer.publicKey, owner.publicKey, await session.stamp(logId)]);
  const append = async (...entries: Uint8Array[]) => {
    const current = await link.session();
    const proof = writer.sign(Buffer.concat([Buffer.from(domains.prove), current.nonce, logId]));
    await current.request("prove", [logId, proof]);
    return Promise.all(entries.map((bytes) => current.request("append", [logId, random(16), bytes, null])));
  };
  return { logId, append };
}

function stateOf(
  link: ReturnType<Transport["openWatching" | "openNamed"]>,
  kind: LinkState["kind"],
): Promise<LinkState> {
  return new Promise((resolve) => {
    if (link.state.kind === kind) resolve(link.state);
    const end = link.onState((state) => {
      if (state.kind !== kind) return;
      end();
      resolve(state);
    });
  });
}

/** What has come in, and a promise of the time when there is so much of it. */
function collector<T>() {
  const all: T[] = [];
  let check = () => undefined as unknown;
  return {
    all,
    push(item: T) {
      all.push(item);
      check();
    },
    until(count: number): Promise<T[]> {
      return new Promise((resolve) => {
        check = () => all.length >= count && resolve(all);
        check();
      });
    },
  };
}

it("registers, looks up, signs in, and has items posted to an inbox", async () => {
  const { device, inboxId, entry, account } = await registered("alice");
  expect(await transport.errand((session) => session.request("lookup", ["alice"]))).toEqual([[entry]]);

  const items = collector<[number, Uint8Array]>();
  const identity = { accountId: account.accountId, sigKey: device.publicKey, sign: device.sign };
  const named = transport.openNamed(identity, (...item) => items.push(item));
  expect(await named.request("publish-key-packages", [[Uint8Array.of(1)], Uint8Array.of(2)])).toEqual([1]);

  const item = Uint8Array.of(7, 7);
  await transport.errand(async (session) => {
    const stamp = await session.stamp(sha256(Buffer.concat([inboxId, item])));
    await session.request("post", [inboxId, item, null, stamp]);
  });
  expect(await items.until(1)).toEqual([[1, item]]);
});

it("is refused where the device was revoked", async () => {
  const { device, recovery, account } = await registered("alice");
  const next = newSigner();
  const identity = { accountId: account.accountId, sigKey: device.publicKey, sign: device.sign };
  const named = transport.openNamed(identity, () => undefined);
  const { entry } = createEntry(hashing, {
    account,
    signer: recovery,
    day: account.day,
    change: {
      kind: "devices",
      intents: [
        { kind: "add", device: proveDevice("alice", next.publicKey, random(16), next.sign) },
        { kind: "revoke", deviceId: deviceIdOf(sha256, device.publicKey) },
      ],
    },
  });
  const refused = stateOf(named, "refused");
  expect(["disconnected", "revoked", 1]).toContainEqual(
    await outcomeOf(named.request("append-entry", [entry]).then(([seq]) => seq)),
  );
  expect(await refused).toMatchObject({ reason: { retry: false } });
  named.wake();
  await stateOf(named, "connecting");
  expect(await stateOf(named, "refused")).toMatchObject({ reason: { code: "unknown-device" } });
});

it("takes a watch up again after the relay was restarted, without a gap", async () => {
  const writing = transport.openWatching();
  const reading = transport.openWatching();
  const { logId, append } = await createdLog(writing);
  const seqs = collector<number>();
  reading.watchLog(logId, 1, {
    entry: ({ seq, bytes }) => {
      expect(bytes).toEqual(Uint8Array.of(seq));
      seqs.push(seq);
    },
    watching: () => undefined,
    gap: () => expect.unreachable(),
    ended: () => expect.unreachable(),
  });
  await append(Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3));
  await seqs.until(3);

  const { port } = new URL(relay.url);
  const waiting = Promise.all([stateOf(writing, "waiting"), stateOf(reading, "waiting")]);
  await relay.stop();
  await waiting;
  relay = await start(Number(port));
  writing.wake();
  await append(Uint8Array.of(4), Uint8Array.of(5));
  reading.wake();
  expect(await seqs.until(5)).toEqual([1, 2, 3, 4, 5]);
});

it("carries the longest entry there and back", async () => {
  const link = transport.openWatching();
  const { logId, append } = await createdLog(link);
  const entry = random(limits.entry);
  await append(entry);
  const [, lastSeq, entries] = await link.request("read", [logId, 1, 10]);
  expect(lastSeq).toBe(1);
  expect(Buffer.compare(entries[0]?.[2] ?? new Uint8Array(0), entry)).toBe(0);
});

it("tells the relay's refusal as it is", async () => {
  expect(await outcomeOf(transport.errand((session) => session.request("lookup", ["nobody"])))).toBe("unknown-user");
});

it("says that nobody is there", async () => {
  await relay.stop();
  expect(await outcomeOf(transport.errand((session) => session.request("lookup", ["alice"])))).toBe("unreachable");
});
