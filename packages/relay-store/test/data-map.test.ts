import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlDatabase } from "../src/driver.js";
import { openBlobFiles, openSqliteStore, storeDataMap } from "../src/index.js";

const folder = mkdtempSync(path.join(tmpdir(), "redoubt-store-"));
const namesOf = (place: string) => storeDataMap.filter((line) => line.place === place).map(({ name }) => name);

describe("the data map of the store", () => {
  let store: ReturnType<typeof openSqliteStore>;
  beforeAll(async () => {
    store = openSqliteStore({ folder });
    const writer = await openBlobFiles(path.join(folder, "blobs"), () => 0).openWriter(new Uint8Array(32).fill(9), 0);
    await writer.write(new Uint8Array(5));
    await writer.sync();
    await writer.close();
  });
  afterAll(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  it("lists every column of a migrated database, and no other", () => {
    const database = new SqlDatabase(path.join(folder, "relay.db"));
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => String(row[0]));
    const columns = tables.flatMap((table) =>
      database
        .prepare(`PRAGMA table_info(${table})`)
        .all()
        .map((row) => `${table}.${row[1]}`),
    );
    const others = database
      .prepare("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR name LIKE 'sqlite_s%'")
      .all();
    database.close();
    expect(columns.toSorted()).toEqual(namesOf("column").toSorted());
    expect(store.raw.columns().toSorted()).toEqual(columns.toSorted());
    // Views and triggers could hold, or make, what no column shows.
    expect(others).toEqual([]);
  });

  it("lists every file of an open store's folder, and no other", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => path.relative(folder, path.join(parentPath, name)).split(path.sep).join("/"))
      .map((name) => name.replace(/^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/, "blobs/XX/ID"));
    // Only there while a backup is put in place.
    const listed = namesOf("file").filter((name) => name !== "restoring/…");
    expect(files.toSorted()).toEqual(listed.toSorted());
    expect(statSync(path.join(folder, "relay.lock")).size).toBe(0);
    expect(statSync(path.join(folder, "relay.lock-journal")).size).toBeLessThanOrEqual(512);
  });

  it("has one line for each", () => {
    const names = storeDataMap.map(({ place, name }) => `${place} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
