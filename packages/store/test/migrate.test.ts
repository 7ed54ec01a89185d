import { utf8 } from "@redoubt/base";
import { expect, it } from "vitest";
import type { SqlDriver } from "../src/driver.js";
import { openStore } from "../src/index.js";
import { migrate } from "../src/migrate.js";
import { migrations } from "../src/schema.js";
import { codeOf } from "./driver-contract.js";
import { openDriver } from "./open-home.js";
import { conversationRow, idOf, messageRow } from "./samples.js";
import { temporaryHome } from "./temporary-home.js";

const steps = [
  "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)",
  "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1",
];

const version = (driver: SqlDriver) => driver.get("PRAGMA user_version")?.["user_version"];

it("brings an empty database, and one of an earlier version, to the newest", () => {
  const driver = openDriver();
  migrate(driver, steps.slice(0, 1));
  expect(version(driver)).toBe(1);
  migrate(driver, steps);
  expect(version(driver)).toBe(2);
  expect(driver.all("SELECT x, y FROM a")).toEqual([{ x: 1, y: 2 }]);
  migrate(driver, steps);
  expect(driver.all("SELECT x, y FROM a")).toEqual([{ x: 1, y: 2 }]);
});

it("takes all steps or none", () => {
  const driver = openDriver();
  expect(codeOf(() => migrate(driver, [...steps, "INSERT INTO nowhere VALUES (1)"]))).toBe("misuse");
  expect(version(driver)).toBe(0);
  expect(driver.get("SELECT count(*) AS n FROM sqlite_schema")).toEqual({ n: 0 });
});

it("refuses a home of a newer version, and leaves it as it was", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  migrate(driver, migrations);
  driver.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  driver.close();
  expect(codeOf(() => openStore(openDriver(home)))).toBe("newer-version");
  expect(version(openDriver(home))).toBe(migrations.length + 1);
});

it("has no TEXT column, for libsql ends the process at damaged text", () => {
  const driver = openDriver();
  migrate(driver, migrations);
  const text = driver.all(
    "SELECT m.name AS t, i.name AS c FROM sqlite_schema m, pragma_table_info(m.name) i WHERE i.type NOT IN ('BLOB', 'INTEGER')",
  );
  // Tables of SQLite's own, of which nothing is read but numbers.
  const isOurs = ({ t }: { readonly t?: unknown }) => t !== "sqlite_sequence" && !String(t).startsWith("search_index");
  expect(text.filter(isOurs)).toEqual([]);
  expect(
    driver.get(
      "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_index%'",
    ),
  ).toEqual({ n: 0 });
});

it("brings a home of the first version up: its messages are there, and count as read", () => {
  const home = temporaryHome();
  const driver = openDriver(home);
  migrate(driver, migrations.slice(0, 1));
  const [conversation, message] = [idOf(1), idOf(2)];
  driver.run(
    "INSERT INTO conversations (id, kind, state, log_id, detail, cursor_seq, title) VALUES (?, 0, 0, ?, ?, 5, ?)",
    [conversation, idOf(3), Uint8Array.of(), Uint8Array.of(98)],
  );
  driver.run(
    `INSERT INTO messages (id, conversation, seq, epoch, sender_account, sender_device, at, content, state)
     VALUES (?, ?, 5, 1, ?, ?, 7, ?, 2)`,
    [message, conversation, idOf(4), idOf(4).slice(16), Uint8Array.of(9)],
  );
  driver.run("INSERT INTO meta (key, value) VALUES (?, ?)", [utf8("read/00"), Uint8Array.of(1)]);
  driver.close();

  const store = openStore(openDriver(home));
  expect(store.messages.page(conversation, { limit: 9 })).toMatchObject([{ id: message, kind: "shown", fate: "kept" }]);
  expect(store.overviews.list()).toMatchObject([{ unread: 0, settings: { readUpTo: 5, deliveredTold: 5 } }]);
  expect(store.settings.untold(0)).toEqual([]);
  store.conversations.insert(conversationRow({ id: idOf(8) }));
  store.messages.insert(messageRow({ id: idOf(9), conversation: idOf(8) }));
  expect(store.overviews.page({ limit: 9 })?.map(({ id }) => id)).toEqual([idOf(8), conversation]);
  expect(store.meta.get("read/00")).toBeUndefined();
});
