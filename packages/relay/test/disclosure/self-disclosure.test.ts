import path from "node:path";
import { concatBytes, decodeCbor } from "@redoubt/base";
import { openNote, parseStatement, parseVerifierKey } from "@redoubt/translog";
import { limits, readDisclosureDocument } from "@redoubt/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlDatabase } from "../../../relay-store/src/driver.js";
import { verifyEd25519 } from "../../src/ed25519.js";
import { loadDisclosureKey } from "../../src/index.js";
import { random, sha256, type TestClient } from "../test-client.js";
import { newPerson, type Person, register, signIn } from "../test-person.js";
import { TestRelay } from "../test-relay.js";
import { fill, rowsIn } from "./held.js";

/** All pages of a disclosure, put together. */
async function fetchAll(client: TestClient): Promise<{ pages: number; note: string; files: Map<string, Buffer> }> {
  const [pages, note, first] = await client.call("disclose", [0]);
  const parts = [first];
  for (let page = 1; page < pages; page++) parts.push((await client.call("disclose", [page]))[2]);
  for (const part of parts.slice(0, -1)) expect(part).toHaveLength(limits.disclosurePage);
  const files = decodeCbor(concatBytes(...parts)) as [string, Uint8Array][];
  return { pages, note, files: new Map(files.map(([name, content]) => [name, Buffer.from(content)])) };
}

/** Fills an account with as much as a relay keeps for one: devices, items, key packages. */
function cram(relay: TestRelay, { account }: Person): void {
  const database = new SqlDatabase(path.join(relay.folder, "relay.db"));
  const device = database.prepare("INSERT INTO devices (account_id, device_id, sig_key, inbox_id) VALUES (?, ?, ?, ?)");
  const inbox = database.prepare(
    "INSERT INTO inboxes (inbox_id, token_hash, max_per_day, last_number) VALUES (?, ?, ?, ?)",
  );
  const item = database.prepare("INSERT INTO inbox_items (inbox_id, number, digest, item, day) VALUES (?, ?, ?, ?, ?)");
  const keyPackage = database.prepare(
    "INSERT INTO key_packages (account_id, device_id, last_resort, digest, package) VALUES (?, ?, ?, ?, ?)",
  );
  database.exec("BEGIN IMMEDIATE");
  for (let devices = 1; devices < 10; devices++) {
    const [deviceId, inboxId] = [random(16), random(16)];
    device.run(account.accountId, deviceId, random(32), inboxId);
    inbox.run(inboxId, random(32), 2 ** 40, 2 ** 48);
    for (let number = 0; number < limits.inboxItems; number++)
      item.run(inboxId, 2 ** 48 - number, random(32), random(40), 20_000 + (number % 900));
    for (let number = 0; number <= limits.keyPackagesPerDevice; number++)
      keyPackage.run(account.accountId, deviceId, 0, random(32), random(40));
  }
  database.exec("COMMIT");
  database.close();
}

describe("what an account is told of itself", () => {
  let relay: TestRelay;
  let alice: Person;
  const connect = async (person: Person) => {
    const client = await relay.connect("named");
    expect(await signIn(client, person, person.device)).toBe("ok");
    return client;
  };
  const newcomer = async (name: string) => {
    const person = newPerson(name);
    expect(await register(await relay.connect(), person)).toBe("ok");
    return person;
  };

  beforeAll(async () => {
    relay = await TestRelay.start({ rates: { disclose: 100, register: 1e6 } });
    ({ alice } = await fill(relay));
  });
  afterAll(() => relay[Symbol.asyncDispose]());

  it("is what the operator would be told, signed the same way, with sealed bodies by their size", async () => {
    const { pages, note, files } = await fetchAll(await connect(alice));
    expect(pages).toBe(1);
    const key = parseVerifierKey(sha256, loadDisclosureKey(relay.folder).verifierKey);
    const statement = parseStatement(openNote(note, key, verifyEd25519));
    expect(statement).toMatchObject({ question: "account alice", day: "2026-01-15" });
    expect(statement.files.map(({ path: name }) => name)).toEqual([...files.keys()]);
    for (const { path: name, sha256: hash } of statement.files) {
      expect(Buffer.from(sha256(files.get(name) as Buffer)).toString("hex")).toBe(hash);
    }
    const document = readDisclosureDocument(JSON.parse(String(files.get("document.json"))));
    expect(document).toMatchObject({ found: true, bodies: "named", account: { devices: 2, keyPackages: 4 } });
    const items = rowsIn(files.get("rows/inbox_items.jsonl"));
    expect(items.map(({ item }) => item)).toEqual([700, 700, 700]);
    expect(rowsIn(files.get("rows/key_packages.jsonl")).map((row) => row["package"])).toEqual([900, 900, 900, 900]);
    // The digests that are named with the sizes are of the bodies.
    expect(items.every(({ digest }) => /^[0-9a-f]{64}$/.test(String(digest)))).toBe(true);
  });

  it("needs a device that has signed in, and goes by pages of what was made at first", async () => {
    const stranger = await relay.connect("named");
    expect(await stranger.codeOf("disclose", [0])).toBe("not-authenticated");
    const client = await connect(alice);
    expect(await client.codeOf("disclose", [1])).toBe("disclosure-gone");
    await fetchAll(client);
    // It was kept until its last page was taken.
    expect(await client.codeOf("disclose", [1])).toBe("disclosure-gone");
    for (const page of [-1, limits.disclosurePages, 2 ** 40]) {
      expect(await client.codeOf("disclose", [page])).toBe("malformed");
    }
    expect(await (await relay.connect()).codeOf("disclose", [0])).toBe("wrong-socket");
  });

  it("fits the pages for an account that holds as much as one may, and is of one moment", async () => {
    const bob = await newcomer("hoarder");
    cram(relay, bob);
    const client = await connect(bob);
    const [pages, note] = await client.call("disclose", [0]);
    expect(pages).toBeGreaterThan(2);
    expect(pages).toBeLessThan(limits.disclosurePages / 2);
    expect(note).toContain("question account hoarder\n");
    const { files } = await fetchAll(client);
    expect(rowsIn(files.get("rows/inbox_items.jsonl"))).toHaveLength(9 * limits.inboxItems);
  });

  it("is asked for so many times a minute", async () => {
    await using slow = await TestRelay.start({ rates: { disclose: 2 } });
    const carol = newPerson("carol");
    await register(await slow.connect(), carol);
    const client = await slow.connect("named");
    await signIn(client, carol, carol.device);
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push(await client.codeOf("disclose", [0]));
    expect(codes).toEqual(["ok", "ok", "rate-limited"]);
  });
});
