import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { concatBytes, utf8 } from "@redoubt/base";
import { createGenesis, type Hashing, proveDevice } from "@redoubt/identity";
import { domains } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyEd25519 } from "../src/ed25519.js";
import { newKey, newLog, random, sha256, type TestClient } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

const hashing: Hashing = {
  sha256,
  sha512: (bytes) => new Uint8Array(createHash("sha512").update(bytes).digest()),
  verify: verifyEd25519,
};

describe("where a page of the disk has gone bad, the relay", () => {
  let relay: TestRelay;
  beforeEach(async () => {
    relay = await TestRelay.start();
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  /** Stops the relay, flips a bit where its database holds these bytes, and starts it again. */
  const damage = async (bytes: Uint8Array) => {
    await relay.stop();
    const file = path.join(relay.folder, "relay.db");
    const database = readFileSync(file);
    const place = database.indexOf(bytes);
    if (place < 0) throw new Error("the database does not hold these bytes");
    database[place + 5] = (database[place + 5] as number) ^ 1;
    writeFileSync(file, database);
    await relay.start();
  };

  it("gives the entries before it, says that the next cannot be read, and takes new ones", async () => {
    const log = newLog();
    const writer = await relay.connect();
    await writer.createLog(log);
    await writer.prove(log.logId, log.write);
    const entries = Array.from({ length: 6 }, () => random(300));
    for (const entry of entries) await writer.append(log.logId, entry);
    await damage(entries[3] as Uint8Array);
    const client = await relay.connect();
    expect((await client.call("read", [log.logId, 1, 100]))[2].map(([, , bytes]) => bytes)).toEqual(
      entries.slice(0, 3),
    );
    expect(await client.codeOf("read", [log.logId, 4, 100])).toBe("storage-damaged");
    expect(await client.call("watch", [log.logId, 1])).toEqual([6]);
    expect(await client.take("entry", 3)).toHaveLength(3);
    expect((await client.event("broken")).body).toEqual([log.logId, 4, 60]);
    await client.prove(log.logId, log.write);
    expect(await client.append(log.logId, random(10))).toBe(7);
    expect(await client.call("watch", [log.logId, 5])).toEqual([7]);
    expect((await client.take("entry", 3)).map(([, seq]) => seq)).toEqual([5, 6, 7]);
    expect(relay.logLines.some((line) => line.includes("a request failed"))).toBe(true);
  });

  it("passes over an item of an inbox, and over a key package, and gives the others", async () => {
    const [device, recovery, inboxId] = [newKey(), newKey(), random(16)];
    const devices = [proveDevice("alice", device.publicKey, inboxId, device.sign)];
    const { entry, account } = createGenesis(hashing, { username: "alice", devices, recovery, day: 20_400 });
    const { accountId } = account;
    const signIn = async () => {
      const client = await relay.connect("named");
      const signature = device.sign(concatBytes(utf8(domains.auth), client.nonce, accountId));
      await client.call("auth", [accountId, device.publicKey, signature]);
      return client;
    };
    const anonymous = await relay.connect();
    await anonymous.call("register", [entry, random(8), null]);
    const items = Array.from({ length: 5 }, () => random(300));
    for (const item of items) await anonymous.call("post", [inboxId, item, null, random(8)]);
    const packages = Array.from({ length: 3 }, () => random(300));
    await (await signIn()).call("publish-key-packages", [packages, random(300)]);

    await damage(items[1] as Uint8Array);
    await damage(packages[0] as Uint8Array);
    const numbers = (await (await signIn()).call("read-inbox", [0, 100])).map(([number]) => number);
    expect(numbers).toEqual([1, 3, 4, 5]);
    const again: TestClient = await relay.connect();
    const taken = [];
    for (let i = 0; i < 3; i++) taken.push(...(await again.call("take-key-packages", [accountId])));
    expect(taken.map(([, , isLastResort]) => isLastResort)).toEqual([false, false, true]);
    const given = taken.slice(0, 2).map(([, bytes]) => Buffer.from(bytes).toString("hex"));
    expect(given.sort()).toEqual(
      packages
        .slice(1)
        .map((bytes) => Buffer.from(bytes).toString("hex"))
        .sort(),
    );
  });
});
