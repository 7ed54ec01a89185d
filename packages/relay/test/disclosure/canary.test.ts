import { randomBytes } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlDatabase, type SqlValue } from "../../../relay-store/src/driver.js";
import { accountQuestion, discloseToFolder, logQuestion, type Question } from "../../src/index.js";
import { TestRelay } from "../test-relay.js";
import { filesIn, rowsIn } from "./held.js";

type Row = Readonly<Record<string, SqlValue>>;

/** Columns that lead from one table to another: they hold what the other does, not a canary of their own. */
const links: Readonly<Record<string, string>> = {
  "account_entries.account_id": "accounts.account_id",
  "devices.account_id": "accounts.account_id",
  "key_packages.account_id": "accounts.account_id",
  "key_packages.device_id": "devices.device_id",
  "inboxes.inbox_id": "devices.inbox_id",
  "inbox_items.inbox_id": "devices.inbox_id",
  "log_entries.log": "logs.handle",
};
/** Columns whose values the schema or the question allows few of. */
const given: Readonly<Record<string, SqlValue>> = { "accounts.username": "canary_in_the_mine" };

let nextNumber = 7_100_000_000_000;

/** Something that stands nowhere else. */
function canary(type: string): SqlValue {
  nextNumber += 1_000_003;
  if (type === "INTEGER") return nextNumber;
  return type === "BLOB" ? new Uint8Array(randomBytes(32)) : `canary${nextNumber}`;
}

/** Puts a row of canaries into every table of a database, whatever tables and columns there are. */
function plant(file: string): ReadonlyMap<string, Row> {
  const database = new SqlDatabase(file);
  const planted = new Map<string, Row>();
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").all();
  // Tables stand in the schema after those that they lead to, but for inboxes, which lead to devices.
  for (const [table] of tables) {
    const row: Record<string, SqlValue> = {};
    for (const [, column, type] of database.prepare(`PRAGMA table_info(${table})`).all()) {
      const name = `${table}.${column}`;
      const [owner = "", of = ""] = (links[name] ?? "").split(".");
      row[String(column)] = planted.get(owner)?.[of] ?? given[name] ?? canary(String(type));
    }
    const columns = Object.keys(row);
    const places = columns.map(() => "?").join(", ");
    database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`).run(...Object.values(row));
    planted.set(String(table), row);
  }
  database.close();
  return planted;
}

const shown = (value: SqlValue | undefined) =>
  value instanceof Uint8Array ? Buffer.from(value).toString("hex") : (value ?? null);

/** How often a text stands in another. */
const times = (haystack: string, needle: string) => haystack.split(needle).length - 1;

describe("a canary in every column", () => {
  let relay: TestRelay;
  let planted: ReadonlyMap<string, Row>;
  const disclosed = new Map<string, ReadonlyMap<string, Buffer>>();

  beforeAll(async () => {
    relay = await TestRelay.start();
    await relay.stop();
    planted = plant(path.join(relay.folder, "relay.db"));
    const log = String(shown(planted.get("logs")?.["log_id"]));
    const questions: readonly Question[] = [accountQuestion("canary_in_the_mine"), logQuestion(log)];
    for (const question of questions) {
      const out = path.join(relay.folder, `out-${question.kind}`);
      discloseToFolder({ data: relay.folder, question, out });
      disclosed.set(question.kind, filesIn(out));
    }
  });
  afterAll(() => relay[Symbol.asyncDispose]());

  const tablesOf = {
    account: ["accounts", "account_entries", "devices", "key_packages", "inboxes", "inbox_items"],
    log: ["logs", "log_entries"],
  };

  it.each(["account", "log"] as const)(
    "stands exactly once in what is disclosed of the %s that it belongs to",
    (kind) => {
      const files = disclosed.get(kind) as ReadonlyMap<string, Buffer>;
      const rows = [...files].filter(([name]) => name.startsWith("rows/"));
      expect(rows.map(([name]) => name).toSorted()).toEqual(
        tablesOf[kind].map((table) => `rows/${table}.jsonl`).toSorted(),
      );
      const text = rows.map(([, content]) => content.toString()).join("");
      for (const table of tablesOf[kind]) {
        const row = planted.get(table) as Row;
        const expected = Object.fromEntries(Object.entries(row).map(([column, value]) => [column, shown(value)]));
        expect(rowsIn(files.get(`rows/${table}.jsonl`))).toEqual([expected]);
      }
      // As often as there are columns that hold it: once, or once more for each column that leads there.
      const held = tablesOf[kind].flatMap((table) =>
        Object.values(planted.get(table) as Row).map((value) => String(shown(value))),
      );
      for (const value of new Set(held))
        expect([value, times(text, value)]).toEqual([value, held.filter((other) => other === value).length]);
    },
  );

  it.each(["account", "log"] as const)("of anything else stands nowhere in what is disclosed of the %s", (kind) => {
    const text = [...(disclosed.get(kind) as ReadonlyMap<string, Buffer>).values()].map(String).join("");
    const own = new Set(tablesOf[kind]);
    const foreign = [...planted].flatMap(([table, row]) =>
      own.has(table) ? [] : Object.values(row).map((value) => String(shown(value))),
    );
    expect(foreign.length).toBeGreaterThan(15);
    expect(foreign.filter((value) => text.includes(value))).toEqual([]);
  });

  it("stands on the page and in the document only where it is what was asked about", () => {
    for (const kind of ["account", "log"] as const) {
      const files = disclosed.get(kind) as ReadonlyMap<string, Buffer>;
      const text = [files.get("index.html"), files.get("document.json"), files.get("disclosure.note")]
        .map(String)
        .join("");
      const found = tablesOf[kind].flatMap((table) =>
        Object.entries(planted.get(table) as Row).flatMap(([column, value]) =>
          text.includes(String(shown(value))) ? [`${table}.${column}`] : [],
        ),
      );
      const asked =
        kind === "account"
          ? [
              "account_entries.account_id",
              "accounts.account_id",
              "accounts.username",
              "devices.account_id",
              "key_packages.account_id",
            ]
          : ["logs.log_id"];
      expect(found.toSorted()).toEqual(asked);
    }
  });

  it("of a column that the map does not list keeps all from being disclosed", () => {
    const database = new SqlDatabase(path.join(relay.folder, "relay.db"));
    database.exec("ALTER TABLE devices ADD COLUMN last_seen INTEGER");
    database.close();
    const out = path.join(relay.folder, "out-more");
    expect(() => discloseToFolder({ data: relay.folder, question: accountQuestion("alice"), out })).toThrow(
      expect.objectContaining({ code: "map-incomplete", message: expect.stringContaining("devices.last_seen") }),
    );
  });
});
