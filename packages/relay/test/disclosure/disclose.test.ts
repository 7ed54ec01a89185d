import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { signNote } from "@redoubt/translog";
import { readDisclosureDocument } from "@redoubt/wire";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SqlDatabase } from "../../../relay-store/src/driver.js";
import { html } from "../../src/disclosure/html.js";
import {
  accountQuestion,
  discloseToFolder,
  loadDisclosureKey,
  logQuestion,
  type Question,
  verifyFolder,
} from "../../src/index.js";
import { newLog, random } from "../test-client.js";
import { newPerson, register } from "../test-person.js";
import { TestRelay } from "../test-relay.js";
import { filesIn, fill, type Held, rowsIn } from "./held.js";

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const nobody: Question = { kind: "account", name: "nobody" };

describe("a disclosure", () => {
  let relay: TestRelay;
  let held: Held;
  let out: string;
  const disclose = (question: Question, where = out) =>
    discloseToFolder({ data: relay.folder, question, out: where, clock: () => relay.now });
  const codeOf = async (work: () => unknown) => {
    try {
      await work();
      return "ok";
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };

  beforeAll(async () => {
    relay = await TestRelay.start({ publicUrl: "https://relay.example" });
    held = await fill(relay);
    out = `${relay.folder}-out`;
  });
  afterEach(() => rmSync(out, { recursive: true, force: true }));
  afterAll(() => relay[Symbol.asyncDispose]());

  it("has every row of an account, from beside the running relay and from a stopped one", async () => {
    const { document } = disclose(accountQuestion("@alice"));
    const running = filesIn(out);
    const count = (table: string) => rowsIn(running.get(`rows/${table}.jsonl`)).length;
    expect(
      Object.fromEntries(
        ["accounts", "account_entries", "devices", "key_packages", "inboxes", "inbox_items"].map((table) => [
          table,
          count(table),
        ]),
      ),
    ).toEqual({
      accounts: 1,
      account_entries: 2,
      devices: 2,
      key_packages: 4,
      inboxes: 2,
      inbox_items: 3,
    });
    expect(readDisclosureDocument(JSON.parse(String(running.get("document.json"))))).toEqual(document);
    expect(document).toMatchObject({
      relay: "relay.example",
      day: "2026-01-15",
      found: true,
      account: {
        id: hexOf(held.alice.account.accountId),
        entries: [
          { kind: "genesis", day: "2025-11-08", devices: 1 },
          { kind: "devices", day: "2025-11-08", devices: 2 },
        ],
        devices: 2,
        keyPackages: 4,
        inboxItems: [{ day: "2026-01-15", count: 3 }],
      },
      log: null,
    });
    await relay.stop();
    rmSync(out, { recursive: true });
    disclose(accountQuestion("alice"));
    await relay.start();
    // The same bytes, the signature included: Ed25519 draws nothing.
    expect(filesIn(out)).toEqual(running);
  });

  it("has every entry of a log in order, and nothing of any account", () => {
    const { document } = disclose(logQuestion(hexOf(held.log.logId)));
    const files = filesIn(out);
    expect(document.log).toEqual({ entries: [{ day: "2026-01-15", count: 40 }] });
    const entries = rowsIn(files.get("rows/log_entries.jsonl"));
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    const all = [...files.values()].map(String).join("");
    for (const foreign of [
      "alice",
      hexOf(held.alice.account.accountId),
      hexOf(held.alice.inboxId),
      hexOf(held.blob.blobId),
    ]) {
      expect(all).not.toContain(foreign);
    }
  });

  it("is of one moment, whatever the relay writes meanwhile", async () => {
    const anonymous = await relay.connect();
    expect(await register(anonymous, newPerson("carol"))).toBe("ok");
    disclose(accountQuestion("carol"));
    expect(rowsIn(filesIn(out).get("rows/accounts.jsonl"))).toHaveLength(1);
    expect(await register(anonymous, newPerson("dave"))).toBe("ok");
  });

  it.each([
    ["an account", nobody],
    ["a log", logQuestion("ab".repeat(32))],
  ])("says honestly that %s is not there", async (_, question) => {
    const { document } = disclose(question);
    expect(document).toMatchObject({ found: false, account: null, log: null });
    const files = filesIn(out);
    for (const [name, content] of files) if (name.startsWith("rows/")) expect(content).toHaveLength(0);
    expect(String(files.get("index.html"))).toMatch(/There is no (account named @nobody|such log) on this relay/);
    expect((await verifyFolder(out)).faults).toEqual([]);
  });

  it("answers every line of the map: with rows, as not to be linked, or as stored nowhere", () => {
    const { inventory } = disclose(accountQuestion("alice")).document;
    const findings = (name: string) => inventory.find((line) => line.name === name)?.finding;
    expect(findings("inbox_items.item")).toEqual({ kind: "rows", count: 3 });
    expect(findings("log_entries.bytes")).toEqual({ kind: "unlinked" });
    expect(findings("blobs.blob_id")).toEqual({ kind: "unlinked" });
    expect(findings("relay.db")).toEqual({ kind: "unlinked" });
    expect(findings("signed-in devices")).toEqual({ kind: "memory" });
    rmSync(out, { recursive: true });
    const ofNobody = disclose(nobody).document.inventory;
    expect(ofNobody.find(({ name }) => name === "accounts.username")?.finding).toEqual({ kind: "rows", count: 0 });
    const page = String(filesIn(out).get("index.html"));
    for (const { name } of ofNobody) expect(page).toContain(name.split(".").at(-1));
    expect(page).toContain("0 rows");
    expect(page).toContain("Cannot be linked to an account");
  });

  it("is a page that loads nothing and runs nothing, whatever it shows", () => {
    disclose(accountQuestion("alice"));
    const page = String(filesIn(out).get("index.html"));
    expect(page).toContain("default-src &#39;none&#39;; style-src &#39;sha256-");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|\son\w+=|url\(|@import/i);
    const hostile = `<script>alert(1)</script>"'&\u202e\u0007`;
    expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
      `<p title="&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\ufffd\ufffd">&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\ufffd\ufffd</p>`,
    );
  });

  it("lies in files that their owner alone may read, with no time finer than a day", () => {
    disclose(accountQuestion("alice"));
    for (const name of ["", "rows", ...filesIn(out).keys()]) {
      const { mode, mtimeMs } = statSync(path.join(out, name));
      expect(mode & 0o077).toBe(0);
      expect(mtimeMs).toBe(Date.UTC(2026, 0, 15));
    }
  });

  it("refuses what it cannot answer in full", async () => {
    for (const name of ["Alice", "ALICE", "al", "alice bob", "", "аlice", "@@alice", "alice@relay.example"]) {
      expect(await codeOf(() => accountQuestion(name))).toBe("bad-username");
    }
    for (const id of ["", "ab", "AB".repeat(32), "xy".repeat(32), `${"ab".repeat(32)}0`]) {
      expect(await codeOf(() => logQuestion(id))).toBe("bad-log-id");
    }
    mkdirSync(out);
    expect(await codeOf(() => disclose(nobody))).toBe("out-exists");
    expect(await codeOf(() => disclose(nobody, path.join(relay.folder, "relay.lock", "below")))).toBe(
      "out-not-writable",
    );
    const elsewhere = `${relay.folder}/blobs`;
    expect(await codeOf(() => discloseToFolder({ data: elsewhere, question: nobody, out: `${out}/x` }))).toBe("no-key");
    expect(await codeOf(() => loadDisclosureKey(elsewhere))).toBe("no-key");
  });

  it("is not made of another version's data, of none, or with a damaged key", async () => {
    await relay.stop();
    const [database, key] = [path.join(relay.folder, "relay.db"), path.join(relay.folder, "disclosure.key")];
    const open = new SqlDatabase(database);
    const version = open.pragma("user_version");
    open.exec(`PRAGMA user_version = ${version - 1}`);
    expect(await codeOf(() => disclose(nobody))).toBe("other-build");
    open.exec(`PRAGMA user_version = ${version}`);
    open.close();
    const good = readFileSync(key);
    for (const bad of ["", "PRIVATE+KEY+x", good.toString().replace("relay.example", "other.example")]) {
      writeFileSync(key, bad);
      expect(await codeOf(() => disclose(nobody))).toBe("bad-key");
      await expect(relay.start()).rejects.toMatchObject({ code: "bad-key" });
    }
    writeFileSync(key, good);
    await relay.start();
    const elsewhere = path.join(relay.folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, "disclosure.key"), good);
    const there = () => discloseToFolder({ data: elsewhere, question: nobody, out });
    expect(await codeOf(there)).toBe("no-data");
    writeFileSync(
      path.join(elsewhere, "relay.db"),
      "no database at all, but longer than the header of one. ".repeat(20),
    );
    expect(await codeOf(there)).toBe("unreadable");
    rmSync(elsewhere, { recursive: true });
    expect(existsSync(out)).toBe(false);
  });

  it("keeps its key across restarts, and publishes it", async () => {
    const { verifierKey } = loadDisclosureKey(relay.folder);
    expect(verifierKey).toMatch(/^relay\.example\+[0-9a-f]{8}\+/);
    const published = await fetch(`${relay.relay.url}/v1/disclosure-key`);
    expect(await published.text()).toBe(`${verifierKey}\n`);
    await relay.stop();
    await relay.start();
    expect(loadDisclosureKey(relay.folder).verifierKey).toBe(verifierKey);
  });

  describe("that is checked", () => {
    const verify = (key?: string) => verifyFolder(out, key);
    const faults = async () =>
      (await verify()).faults.map(({ code, message }) => [code, /\((.*)\)$/.exec(message)?.[1]]);

    beforeEach(() => {
      disclose(accountQuestion("alice"));
    });

    it("holds by its own key, and by the one that the relay publishes", async () => {
      const { verifierKey } = loadDisclosureKey(relay.folder);
      for (const key of [undefined, verifierKey]) {
        const { statement, key: by, faults: none } = await verify(key);
        expect(none).toEqual([]);
        expect(by).toBe(verifierKey);
        expect(statement).toMatchObject({ relay: "relay.example", question: "account alice", day: "2026-01-15" });
      }
    });

    it("shows each file that was altered, is missing or was added", async () => {
      for (const [name, content] of filesIn(out)) {
        if (name === "disclosure.note") continue;
        const file = path.join(out, name);
        const turned = Buffer.from(content);
        turned[Math.floor(turned.length / 2)] = 0x20 ^ (turned[Math.floor(turned.length / 2)] as number);
        writeFileSync(file, turned);
        const { verifierKey } = loadDisclosureKey(relay.folder);
        expect((await verify(verifierKey)).faults.map(({ code }) => code)).toEqual(["file-altered"]);
        rmSync(file);
        expect((await verify(verifierKey)).faults.map(({ message }) => message)).toEqual([
          `A file that was signed is not there (${name})`,
        ]);
        writeFileSync(file, content);
      }
      mkdirSync(path.join(out, "more"));
      writeFileSync(path.join(out, "more", "evidence.txt"), "");
      expect(await faults()).toEqual([["file-added", "more/evidence.txt"]]);
    });

    it("is refused with a note that was altered, that another key has signed, or that is not there", async () => {
      const note = path.join(out, "disclosure.note");
      const good = readFileSync(note, "utf8");
      writeFileSync(note, good.replace("account alice", "account carol"));
      expect(await codeOf(() => verify())).toBe("bad-signature");
      writeFileSync(note, good);
      await using other = await TestRelay.start({ publicUrl: "https://relay.example" });
      expect(await codeOf(() => verify(loadDisclosureKey(other.folder).verifierKey))).toBe("other-key");
      expect(await codeOf(() => verify("no key"))).toBe("malformed-key");
      rmSync(path.join(out, "document.json"));
      expect(await codeOf(() => verify())).toBe("file-altered");
      rmSync(note);
      expect(await codeOf(() => verify())).toBe("no-disclosure");
    });

    it("is refused where its signer has signed files that contradict the note", async () => {
      const signer = loadDisclosureKey(relay.folder);
      const resign = (name: string, change: (text: string) => string) => {
        const file = path.join(out, name);
        const before = readFileSync(file, "utf8");
        writeFileSync(file, change(before));
        const note = readFileSync(path.join(out, "disclosure.note"), "utf8");
        const line = (text: string) =>
          `file ${createHash("sha256").update(text).digest("hex")} ${Buffer.byteLength(text)} ${name}`;
        const text = note.slice(0, note.lastIndexOf("\n\n") + 1).replace(line(before), line(change(before)));
        writeFileSync(path.join(out, "disclosure.note"), signNote(text, signer.key, signer.sign));
      };
      resign("rows/devices.jsonl", (text) => text.split("\n").slice(1).join("\n"));
      expect(await faults()).toEqual([["contradicts-note", "rows/devices.jsonl"]]);
      resign("document.json", (text) => text.replace('"2026-01-15"', '"2026-01-14"'));
      expect((await faults())[0]).toEqual(["contradicts-note", "document.json"]);
      appendFileSync(path.join(out, "data-map.json"), "\n");
      expect(await faults()).toEqual([["file-altered", "data-map.json"]]);
    });
  });
});

describe("rows that are many and long", () => {
  it("are disclosed a few at a time", { timeout: 120_000 }, async () => {
    await using relay = await TestRelay.start({ rates: { store: 1e9 } });
    const anonymous = await relay.connect();
    const log = newLog();
    await anonymous.createLog(log);
    await anonymous.prove(log.logId, log.write);
    const bytes = random(2 ** 20);
    const isLong = process.env["REDOUBT_LONG"] === "1";
    const entries = isLong ? 400 : 6;
    for (let entry = 0; entry < entries; entry++) await anonymous.append(log.logId, bytes);
    const out = path.join(relay.folder, "out");
    const before = process.memoryUsage().rss;
    discloseToFolder({ data: relay.folder, question: logQuestion(hexOf(log.logId)), out });
    const written = statSync(path.join(out, "rows/log_entries.jsonl")).size;
    expect(written).toBeGreaterThan(entries * 2 ** 21);
    // Four rows at a time, and what the collector has not taken yet: it does not grow with what is written. Other tests
    // may run in this process, so that only a run with REDOUBT_LONG, of this file alone, says how much it takes.
    if (isLong) expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });
});
