import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { concatBytes, utf8 } from "@redoubt/base";
import { createEntry } from "@redoubt/identity";
import { closeCodes, domains, limits } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeInvite } from "../src/index.js";
import { type Key, newKey, random, sha256, type TestClient } from "./test-client.js";
import {
  addDevice,
  signIn as auth,
  day,
  hashing,
  newPerson,
  type Person,
  register as registerPerson,
} from "./test-person.js";
import { TestRelay } from "./test-relay.js";

describe("accounts", () => {
  let relay: TestRelay;
  let anonymous: TestClient;
  const register = (person: Person) => registerPerson(anonymous, person);
  const signIn = async (person: Person, device: Key = person.device) => {
    const client = await relay.connect("named");
    expect(await auth(client, person, device)).toBe("ok");
    return client;
  };

  beforeEach(async () => {
    relay = await TestRelay.start({ powBits: 4, rates: { register: 1e6, post: 1e6 } });
    anonymous = await relay.connect();
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  it("are registered once by name; the same genesis again is the same account", async () => {
    const alice = newPerson("alice");
    expect(await register(alice)).toBe("ok");
    expect(await register(alice)).toBe("ok");
    expect(await register(newPerson("alice"))).toBe("name-taken");
    expect(await anonymous.call("lookup", ["alice"])).toEqual([[alice.genesis]]);
    expect(await anonymous.call("lookup-account", [alice.account.accountId])).toEqual([[alice.genesis]]);
    expect(await anonymous.codeOf("lookup", ["bob"])).toBe("unknown-user");
    expect(await anonymous.codeOf("lookup-account", [random(32)])).toBe("unknown-user");
  });

  it("are verified before they are stored", async () => {
    const { genesis } = newPerson("alice");
    for (const at of [3, 20, genesis.length - 1]) {
      const forged = Uint8Array.from(genesis);
      forged[at] = (forged[at] as number) ^ 1;
      expect(await anonymous.codeOf("register", [forged, anonymous.stamp(sha256(forged)), null])).toBe("invalid-entry");
    }
    expect(await anonymous.codeOf("lookup", ["alice"])).toBe("unknown-user");
  });

  it("cost work", async () => {
    const codes = [];
    for (let i = 0; i < 20; i++)
      codes.push(await anonymous.codeOf("register", [newPerson("alice").genesis, random(8), null]));
    expect(codes).toContain("bad-stamp");
  });

  it("are not registered where registration is closed", async () => {
    await using closed = await TestRelay.start({ registration: "closed" });
    const client = await closed.connect();
    const { genesis } = newPerson("alice");
    expect(await client.codeOf("register", [genesis, new Uint8Array(8), null])).toBe("registration-closed");
  });

  it("are registered by invite where the relay says so: so many times, until so many days are over", async () => {
    const day = 86_400_000;
    await using invited = await TestRelay.start({ registration: "invite", rates: { register: 1e6 } });
    const client = await invited.connect();
    const invite = (uses: number, days: number) => {
      const code = makeInvite({ data: invited.folder, uses, days, clock: () => invited.now });
      return new Uint8Array(Buffer.from(code.replaceAll("-", ""), "hex"));
    };
    const registerBy = ({ genesis }: Person, secret: Uint8Array | null) =>
      client.codeOf("register", [genesis, new Uint8Array(8), secret]);

    const alice = newPerson("alice");
    expect(await registerBy(alice, null)).toBe("invite-needed");
    expect(await registerBy(alice, random(16))).toBe("bad-invite");
    const single = invite(1, 1);
    expect(await registerBy(alice, single)).toBe("ok");
    expect(await registerBy(alice, single)).toBe("ok");
    expect(await registerBy(alice, null)).toBe("ok");
    expect(await registerBy(newPerson("bob"), single)).toBe("bad-invite");

    const double = invite(2, 2);
    expect(await registerBy(newPerson("alice"), double)).toBe("name-taken");
    expect(await registerBy(newPerson("bob"), double)).toBe("ok");
    invited.now += day;
    const late = await Promise.all([registerBy(newPerson("carol"), double), registerBy(newPerson("dave"), double)]);
    expect(late.sort()).toEqual(["bad-invite", "ok"]);

    const old = invite(5, 1);
    invited.now += day;
    expect(await registerBy(newPerson("erin"), old)).toBe("bad-invite");
    await invited.relay.night();
    invited.now -= day;
    expect(await registerBy(newPerson("erin"), old)).toBe("bad-invite");
  });

  it("keep of an invite its hash alone, also in the files", async () => {
    await using invited = await TestRelay.start({ registration: "invite" });
    const code = makeInvite({ data: invited.folder, uses: 3, days: 1, clock: () => invited.now });
    const secret = Buffer.from(code.replaceAll("-", ""), "hex");
    const client = await invited.connect();
    const { genesis } = newPerson("alice");
    expect(await client.codeOf("register", [genesis, new Uint8Array(8), new Uint8Array(secret)])).toBe("ok");
    const files = readdirSync(invited.folder).map((file) => readFileSync(path.join(invited.folder, file)));
    const kept = sha256(concatBytes(utf8(domains.invite), new Uint8Array(secret)));
    expect(files.some((bytes) => bytes.includes(Buffer.from(kept)))).toBe(true);
    expect(files.some((bytes) => bytes.includes(secret) || bytes.includes(code))).toBe(false);
  });

  it("let in their own devices, by a signature for this connection", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const client = await relay.connect("named");
    expect(await auth(client, alice, newKey())).toBe("unknown-device");
    const wrong = alice.device.sign(concatBytes(utf8(domains.auth), random(32), alice.account.accountId));
    expect(await client.codeOf("auth", [alice.account.accountId, alice.device.publicKey, wrong])).toBe("bad-signature");
    expect(await auth(client, alice, alice.device)).toBe("ok");
    expect(await auth(client, alice, alice.device)).toBe("malformed");
    expect(await client.call("count-key-packages", [])).toEqual([0, false]);
  });

  it("are extended by verified entries; who comes second is told so", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const client = await signIn(alice);
    const [phone, laptop] = [newKey(), newKey()];
    const first = addDevice(alice, alice.account, phone, random(16), alice.device);
    const second = addDevice(alice, alice.account, laptop, random(16), alice.device);
    expect(await client.call("append-entry", [first.entry])).toEqual([1]);
    expect(await client.call("append-entry", [first.entry])).toEqual([1]);
    expect(await client.codeOf("append-entry", [second.entry])).toBe("stale-entry");
    const forged = Uint8Array.from(second.entry);
    forged[40] = (forged[40] as number) ^ 1;
    expect(await client.codeOf("append-entry", [forged])).toBe("invalid-entry");
    expect(await anonymous.call("lookup", ["alice"])).toEqual([[alice.genesis, first.entry]]);
    await signIn(alice, phone);
  });

  it("cannot take the inbox of another device", async () => {
    const alice = newPerson("alice");
    await register(alice);
    expect(await register(newPerson("mallory", alice.inboxId))).toBe("invalid-entry");
    const bob = newPerson("bob");
    await register(bob);
    const client = await signIn(bob);
    const { entry } = addDevice(bob, bob.account, newKey(), alice.inboxId, bob.device);
    expect(await client.codeOf("append-entry", [entry])).toBe("invalid-entry");
  });

  it("put out a revoked device at once, with its inbox and its key packages", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const phone = newKey();
    const inboxId = random(16);
    const added = addDevice(alice, alice.account, phone, inboxId, alice.device);
    const client = await signIn(alice);
    await client.call("append-entry", [added.entry]);
    const phoneClient = await signIn(alice, phone);
    await phoneClient.call("publish-key-packages", [[random(50)], random(60)]);
    const revoked = createEntry(hashing, {
      account: added.account,
      change: { kind: "devices", intents: [{ kind: "revoke", deviceId: sha256(phone.publicKey).subarray(0, 16) }] },
      signer: alice.device,
      day,
    });
    await client.call("append-entry", [revoked.entry]);
    expect(await phoneClient.closed()).toBe(closeCodes.revoked);
    expect(await auth(await relay.connect("named"), alice, phone)).toBe("unknown-device");
    const item = random(5);
    const stamp = anonymous.stamp(sha256(concatBytes(inboxId, item)));
    expect(await anonymous.codeOf("post", [inboxId, item, null, stamp])).toBe("unknown-inbox");
    expect(await anonymous.call("take-key-packages", [alice.account.accountId])).toEqual([]);
    expect(await client.call("count-key-packages", [])).toEqual([0, false]);
  });

  it("hand out each key package once, and the last resort when none is left", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const client = await signIn(alice);
    const packages = [random(100), random(100)];
    const lastResort = random(100);
    const { accountId } = alice.account;
    expect(await anonymous.call("take-key-packages", [accountId])).toEqual([]);
    expect(await client.call("publish-key-packages", [packages, lastResort])).toEqual([2]);
    expect(await client.call("publish-key-packages", [packages, null])).toEqual([2]);
    expect(await client.call("count-key-packages", [])).toEqual([2, true]);
    const taken = await Promise.all([1, 2, 3, 4].map(() => anonymous.call("take-key-packages", [accountId])));
    const flat = taken.flat();
    expect(flat.map(([, , isLastResort]) => isLastResort)).toEqual([false, false, true, true]);
    const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");
    expect(
      flat
        .slice(0, 2)
        .map(([, bytes]) => hex(bytes))
        .sort(),
    ).toEqual(packages.map(hex).sort());
    expect(hex(flat[2]?.[1])).toBe(hex(lastResort));
    expect(await anonymous.codeOf("take-key-packages", [random(32)])).toBe("unknown-user");
  });

  it("lose one-time key packages to nobody faster than they can bring new ones, and are told when few are left", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const client = await signIn(alice);
    const some = (count: number) => Array.from({ length: count }, () => random(100));
    await client.call("publish-key-packages", [some(60), random(100)]);
    const take = async () => (await anonymous.call("take-key-packages", [alice.account.accountId]))[0]?.[2];
    const takeMany = async (count: number) => {
      const kinds = [];
      for (let i = 0; i < count; i++) kinds.push(await take());
      return kinds.filter((isLastResort) => isLastResort === false).length;
    };
    expect(await takeMany(100)).toBe(40);
    expect(await client.call("count-key-packages", [])).toEqual([20, true]);
    expect(client.events).toEqual([]);
    relay.now += 15 * 60_000;
    expect(await takeMany(100)).toBe(15);
    expect(await client.take("few-key-packages", 5)).toEqual([[9], [8], [7], [6], [5]]);
    await client.call("publish-key-packages", [some(15), null]);
    relay.now += 60_000;
    expect(await takeMany(3)).toBe(1);
  });

  it("keep so many key packages of a device, of such a size", async () => {
    const alice = newPerson("alice");
    await register(alice);
    const client = await signIn(alice);
    const hundred = () => Array.from({ length: limits.keyPackagesPerPublish }, () => random(20));
    await client.call("publish-key-packages", [hundred(), null]);
    await client.call("publish-key-packages", [hundred(), null]);
    expect(await client.codeOf("publish-key-packages", [[random(20)], null])).toBe("key-packages-full");
    expect(await client.codeOf("publish-key-packages", [[...hundred(), random(20)], null])).toBe("too-large");
    expect(await client.codeOf("publish-key-packages", [[random(limits.keyPackage + 1)], null])).toBe("too-large");
  });

  describe("inboxes", () => {
    let alice: Person;
    let device: TestClient;
    const post = (item: Uint8Array, token: Uint8Array | null = null, inboxId = alice.inboxId) =>
      anonymous.codeOf("post", [
        inboxId,
        item,
        token,
        token === null ? anonymous.stamp(sha256(concatBytes(inboxId, item))) : null,
      ]);
    beforeEach(async () => {
      alice = newPerson("alice");
      await register(alice);
      device = await signIn(alice);
    });

    it("take items by stamp, once each, and give them in order until they are acknowledged", async () => {
      const items = [random(50), random(60), random(70)];
      for (const item of items) expect(await post(item)).toBe("ok");
      expect(await post(items[0] as Uint8Array)).toBe("ok");
      const today = Math.floor(relay.now / 86_400_000);
      expect(await device.call("read-inbox", [0, 10])).toEqual(items.map((item, index) => [index + 1, item, today]));
      await device.call("ack-inbox", [2]);
      expect((await device.call("read-inbox", [0, 10])).map(([number]) => number)).toEqual([3]);
      await relay.stop();
      await relay.start();
      anonymous = await relay.connect();
      device = await signIn(alice);
      expect(await post(random(5))).toBe("ok");
      expect((await device.call("read-inbox", [0, 10])).map(([number]) => number)).toEqual([3, 4]);
    });

    it("are watched from the oldest item on, then live", async () => {
      for (const length of [10, 20]) await post(random(length));
      await device.call("watch-inbox", []);
      expect((await device.take("item", 2)).map(([number]) => number)).toEqual([1, 2]);
      const item = random(30);
      await post(item);
      expect((await device.event("item")).body).toEqual([3, item]);
      await device.call("ack-inbox", [3]);
      await post(random(40));
      expect((await device.event("item")).body[0]).toBe(4);
    });

    it("take items by token, so many a day", async () => {
      const token = random(32);
      expect(await post(random(5), token)).toBe("bad-token");
      await device.call("set-token", [sha256(token), 2]);
      expect(await post(random(5), random(32))).toBe("bad-token");
      expect([await post(random(5), token), await post(random(6), token)]).toEqual(["ok", "ok"]);
      expect(await post(random(7), token)).toBe("bad-token");
      relay.now += 86_400_000;
      expect(await post(random(8), token)).toBe("ok");
      await device.call("set-token", [sha256(random(32)), 0]);
      expect(await post(random(9), token)).toBe("bad-token");
    });

    it("refuse what is too large, not paid for, or for nobody", async () => {
      expect(await anonymous.codeOf("post", [alice.inboxId, random(limits.inboxItem + 1), null, random(8)])).toBe(
        "too-large",
      );
      expect(await anonymous.codeOf("post", [alice.inboxId, random(5), null, null])).toBe("bad-stamp");
      expect(await post(random(5), null, random(16))).toBe("unknown-inbox");
    });

    it("keep a quarter of their room for contacts, who have the token: stamps alone do not fill it", async () => {
      const token = random(32);
      await device.call("set-token", [sha256(token), 0]);
      const flood = () => Promise.all(Array.from({ length: 50 }, () => post(random(16), null)));
      for (let i = 0; i < limits.stampedInboxItems / 50; i++) expect(new Set(await flood())).toEqual(new Set(["ok"]));
      expect(new Set(await flood())).toEqual(new Set(["inbox-full"]));
      for (let i = limits.stampedInboxItems; i < limits.inboxItems; i += 50) {
        const codes = await Promise.all(Array.from({ length: 50 }, () => post(random(16), token)));
        expect(new Set(codes)).toEqual(new Set(["ok"]));
      }
      expect(await post(random(16), token)).toBe("inbox-full");
      await device.call("ack-inbox", [limits.inboxItems - limits.stampedInboxItems + 1]);
      expect(await post(random(16), null)).toBe("ok");
    });

    it("hold so many items", async () => {
      const token = random(32);
      await device.call("set-token", [sha256(token), 0]);
      for (let i = 0; i < limits.inboxItems / 50; i++) {
        const codes = await Promise.all(Array.from({ length: 50 }, () => post(random(16), token)));
        expect(new Set(codes)).toEqual(new Set(["ok"]));
      }
      expect(await post(random(16), token)).toBe("inbox-full");
      await device.call("ack-inbox", [1]);
      expect(await post(random(16), token)).toBe("ok");
    });
  });
});
