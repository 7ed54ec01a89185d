import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { SqlDriver } from "../src/driver.js";
import { openLibsqlDriver } from "../src/node/index.js";
import { codeOf, driverContract } from "./driver-contract.js";
import { databaseFile, openDriver, testKey } from "./open-home.js";
import { temporaryHome } from "./temporary-home.js";

driverContract("libsql", openDriver);

const needle = "NEEDLE-in-the-haystack";

function fill(driver: SqlDriver, rows: number): void {
  driver.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, value BLOB) STRICT");
  driver.transaction(() => {
    for (let i = 0; i < rows; i++) driver.run("INSERT INTO t (value) VALUES (?)", [Buffer.from(needle.repeat(20))]);
  });
}

function rawFiles(home: string): [string, Buffer][] {
  return readdirSync(home).map((name) => [name, readFileSync(path.join(home, name))]);
}

it("is durable and keeps references", () => {
  const driver = openDriver();
  expect(driver.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
  expect(driver.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
  expect(driver.get("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
  expect(driver.get("PRAGMA secure_delete")).toEqual({ secure_delete: 1 });
});

it("puts no plaintext into any file, neither while it is open nor after", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  fill(driver, 500);
  driver.all("SELECT value FROM t ORDER BY value DESC, id");
  const open = rawFiles(home);
  expect(open.map(([name]) => name).sort()).toEqual(["store.db", "store.db-shm", "store.db-wal"]);
  driver.close();
  const found = [...open, ...rawFiles(home)].filter(([, bytes]) => bytes.includes(needle));
  expect(found.map(([name]) => name)).toEqual([]);
  // The same bytes in a file without a cipher are found.
  expect(Buffer.from(needle.repeat(20)).includes(needle)).toBe(true);
});

it("leaves no write-ahead log behind, and can be opened again at once", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  fill(driver, 10);
  driver.close();
  const sizes = rawFiles(home)
    .filter(([name]) => name.endsWith("-wal"))
    .map(([, bytes]) => bytes.length);
  expect(sizes.every((size) => size === 0)).toBe(true);
  expect(openDriver(home).get("SELECT count(*) AS n FROM t")).toEqual({ n: 10 });
});

it("tells a wrong key, and a key of the wrong length", () => {
  const home = temporaryHome();
  fill(openDriver(home), 10);
  expect(codeOf(() => openLibsqlDriver(databaseFile(home), new Uint8Array(32)))).toBe("wrong-key");
  expect(codeOf(() => openLibsqlDriver(databaseFile(home), new Uint8Array(31)))).toBe("misuse");
});

it("tells a folder that is not there", () => {
  expect(codeOf(() => openLibsqlDriver(path.join(temporaryHome(), "no", "store.db"), testKey))).toBe("not-writable");
});

it("tells a full disk, undoes the transaction, and goes on when there is room", () => {
  const driver = openDriver();
  fill(driver, 10);
  driver.exec("PRAGMA max_page_count = 8");
  expect(codeOf(() => fill(driver, 1_000))).toBe("disk-full");
  expect(driver.get("SELECT count(*) AS n FROM t")).toEqual({ n: 10 });
  driver.exec("PRAGMA max_page_count = 10000");
  fill(driver, 1_000);
  expect(driver.get("SELECT count(*) AS n FROM t")).toEqual({ n: 1_010 });
});

it("tells a file whose pages make no sense", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  fill(driver, 500);
  driver.close();
  const bytes = readFileSync(databaseFile(home));
  // The header of every page but the first: what it decrypts to is no page.
  for (let page = 4096; page < bytes.length; page += 4096) bytes[page] = (bytes[page] as number) ^ 1;
  writeFileSync(databaseFile(home), bytes);
  const damaged = openDriver(home);
  expect(codeOf(() => damaged.all("SELECT id FROM t"))).toBe("damaged");
});

it("does not notice a byte that was changed within a value: pages are not authenticated", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  driver.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, value BLOB) STRICT");
  const value = new Uint8Array(2_000).fill(7);
  driver.run("INSERT INTO t (value) VALUES (?)", [value]);
  driver.close();
  const bytes = readFileSync(databaseFile(home));
  // Pages are filled from their end: this is in the middle of the value.
  const at = bytes.length - 1_000;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(databaseFile(home), bytes);
  const read = openDriver(home).get("SELECT value FROM t")?.["value"];
  expect(read).toHaveLength(2_000);
  expect(read).not.toEqual(value);
});
