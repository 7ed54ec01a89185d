import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RelayError } from "@redoubt/relay-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqlDatabase } from "../src/driver.js";
import { openSqliteStore, StoreError, withInvites } from "../src/index.js";
import { describeStore } from "./store.contract.js";

let contractFolder = mkdtempSync(path.join(tmpdir(), "redoubt-store-"));
describeStore(
  "the SQLite store",
  () => openSqliteStore({ folder: contractFolder }),
  () => {
    rmSync(contractFolder, { recursive: true });
    contractFolder = mkdtempSync(path.join(tmpdir(), "redoubt-store-"));
  },
);

describe("the store's files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-store-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const codeOf = (open: () => unknown) => {
    try {
      open();
    } catch (error) {
      return error instanceof StoreError || error instanceof RelayError ? error.code : String(error);
    }
    return "opened";
  };
  const rows = (sql: string) => {
    const database = new SqlDatabase(path.join(folder, "relay.db"));
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };

  it("are held by one store at a time", () => {
    const store = openSqliteStore({ folder });
    expect(codeOf(() => openSqliteStore({ folder }))).toBe("in-use");
    store.close();
    expect(codeOf(() => openSqliteStore({ folder }).close())).toBe("opened");
  });

  it("of a newer version are refused, and stay as they are", () => {
    openSqliteStore({ folder }).close();
    const database = new SqlDatabase(path.join(folder, "relay.db"));
    database.exec("PRAGMA user_version = 1000");
    database.close();
    expect(codeOf(() => openSqliteStore({ folder }))).toBe("newer-version");
    expect(rows("PRAGMA user_version")).toEqual([[1000]]);
  });

  it("that are no database are refused", () => {
    writeFileSync(path.join(folder, "relay.db"), "this is a text and not a database, and long enough to be one");
    expect(codeOf(() => openSqliteStore({ folder }))).toBe("unreadable");
  });

  it("cannot be made where the folder is a file", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    expect(codeOf(() => openSqliteStore({ folder: file }))).toBe("not-writable");
    expect(codeOf(() => openSqliteStore({ folder: path.join(file, "below") }))).toBe("not-writable");
  });

  it("cannot be made in a folder that may not be written", () => {
    chmodSync(folder, 0o500);
    // No mode keeps root out, but nobody makes folders there.
    const closed = process.getuid?.() === 0 ? "/sys/redoubt" : folder;
    expect(codeOf(() => openSqliteStore({ folder: closed }))).toBe("not-writable");
    chmodSync(folder, 0o700);
  });

  it("grow no further than allowed: storage-full, and what was written before stays", () => {
    const store = openSqliteStore({ folder, maxBytes: 64 * 4096 });
    const inbox = new Uint8Array(16);
    store.transaction(() => store.inboxes.create(inbox));
    const post = (number: number) =>
      store.transaction(() => {
        const digest = new Uint8Array(32).fill(number);
        store.inboxes.add(inbox, { digest, bytes: new Uint8Array(20_000), day: 1 });
      });
    let posted = 0;
    const code = codeOf(() => {
      for (; posted < 100; posted++) post(posted);
    });
    expect(code).toBe("storage-full");
    expect(posted).toBeGreaterThan(2);
    expect(store.inboxes.find(inbox)).toMatchObject({ count: posted, lastNumber: posted });
    store.transaction(() => store.inboxes.acknowledge(inbox, posted));
    expect(codeOf(() => post(200))).toBe("opened");
    store.close();
  });

  it("keep a share of the storage from blobs, and give blobs what is left of the whole", () => {
    const maxBytes = 400 * 4096;
    const store = openSqliteStore({ folder, maxBytes });
    const create = (fill: number, length: number) =>
      codeOf(() => store.transaction(() => store.blobs.create(new Uint8Array(32).fill(fill), length, 1)));
    expect(create(1, 301 * 4096)).toBe("storage-full");
    expect(create(1, 200 * 4096)).toBe("opened");
    expect(create(2, 101 * 4096)).toBe("storage-full");
    const inbox = new Uint8Array(16);
    store.transaction(() => store.inboxes.create(inbox));
    let posted = 0;
    const code = codeOf(() => {
      for (; posted < 400; posted++) {
        const digest = new Uint8Array(32).fill(posted);
        digest[0] = posted >> 8;
        store.transaction(() => store.inboxes.add(inbox, { digest, bytes: new Uint8Array(20_000), day: 1 }));
      }
    });
    expect(code).toBe("storage-full");
    expect(statSync(path.join(folder, "relay.db")).size).toBeLessThanOrEqual(200 * 4096);
    expect(create(2, 50 * 4096)).toBe("storage-full");
    store.transaction(() => store.blobs.remove(new Uint8Array(32).fill(1)));
    expect(create(2, 50 * 4096)).toBe("opened");
    store.close();
  });

  it("hold the rows of different logs in no order of time after clustering, nor traces of what was deleted", () => {
    const store = openSqliteStore({ folder });
    const needle = Buffer.from("needle-in-a-deleted-entry");
    store.transaction(() => {
      for (const handle of [9, 2, 5]) {
        const logId = new Uint8Array(32).fill(handle);
        store.logs.create({ logId, handle, writeKey: logId, ownerKey: logId });
      }
      for (let seq = 1; seq <= 3; seq++) {
        for (const handle of [9, 2, 5]) {
          const entryId = new Uint8Array(16).fill(seq);
          store.logs.insert([{ log: handle, seq, entryId, bytes: handle === 9 ? needle : new Uint8Array(4) }], 1);
        }
      }
    });
    store.transaction(() => store.logs.remove(9));
    store.transaction(() => void store.logs.cluster(undefined));
    store.scrub();
    for (const file of ["relay.db", "relay.db-wal"]) {
      expect(readFileSync(path.join(folder, file)).includes(needle)).toBe(false);
    }
    store.close();
    const order = rows("SELECT log, seq FROM log_entries ORDER BY id");
    expect(order).toEqual([2, 5].flatMap((log) => [1, 2, 3].map((seq) => [log, seq])));
  });

  it("join accounts, logs and blobs nowhere: no foreign key, no shared column of either, no statement over both", () => {
    openSqliteStore({ folder }).close();
    const tables = rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table'");
    const columns = new Map(
      tables.map(([name]) => [String(name), rows(`PRAGMA table_info(${name})`).map((column) => String(column[1]))]),
    );
    const logTables = ["logs", "log_entries"];
    const accountTables = [
      "accounts",
      "account_entries",
      "devices",
      "key_packages",
      "inboxes",
      "inbox_items",
      "invites",
    ];
    const worlds = [logTables, accountTables, ["blobs"]];
    expect([...columns.keys()].sort()).toEqual(worlds.flat().sort());
    for (const name of columns.keys()) expect(rows(`PRAGMA foreign_key_list(${name})`)).toEqual([]);
    const ofLogs = new Set(logTables.flatMap((name) => columns.get(name) ?? []));
    const common = accountTables.flatMap((name) => columns.get(name) ?? []).filter((column) => ofLogs.has(column));
    expect(new Set(common)).toEqual(new Set(["seq", "day"]));
    const others = [...logTables, ...accountTables].flatMap((name) => columns.get(name) ?? []);
    expect(columns.get("blobs")?.filter((column) => others.includes(column))).toEqual([]);

    const source = new URL("../src/", import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const sources = files.map((file) => {
      return { file: path.basename(file), text: readFileSync(new URL(file, source), "utf8") };
    });
    const statements = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g)]
        .map(([literal]) => literal)
        .filter((literal) => /\b(SELECT|INSERT|UPDATE|DELETE)\b/.test(literal))
        .map((literal) => ({ file, literal })),
    );
    expect(statements.length).toBeGreaterThan(30);
    const names = (literal: string, list: readonly string[]) =>
      list.filter((name) => new RegExp(`\\b${name}\\b`).test(literal));
    for (const { file, literal } of statements) {
      const allowed = /^(log-rows|log-tables|clustering|examine-folder|damage)/.test(file)
        ? logTables
        : /^blob/.test(file)
          ? ["blobs"]
          : accountTables;
      const others = worlds.flat().filter((name) => !allowed.includes(name));
      expect({ file, foreign: names(literal, others) }).toEqual({ file, foreign: [] });
    }
  });

  it("are not worked on beside a relay of another version", () => {
    const store = openSqliteStore({ folder });
    try {
      rows("PRAGMA user_version = 1");
      expect(codeOf(() => withInvites(folder, () => 1))).toBe("other-version");
    } finally {
      store.close();
    }
  });
});
