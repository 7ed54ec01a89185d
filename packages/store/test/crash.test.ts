import { toHex } from "@redoubt/base";
import { expect, it } from "vitest";
import { openStore, type Store } from "../src/index.js";
import { CrashingDriver } from "./crashing-driver.js";
import { emptyStore, openDriver } from "./open-home.js";
import { bytesOfLength, conversationRow, idOf, messageRow } from "./samples.js";
import { temporaryHome } from "./temporary-home.js";

const conversation = idOf(1);

/** What a send writes: the message, its outbox row, and a state, here in `detail`. */
function send(store: Store, n: number): void {
  store.transaction(() => {
    store.conversations.setDetail(conversation, Uint8Array.of(n));
    store.outbox.add({
      conversation,
      entryId: bytesOfLength(16, n),
      bytes: bytesOfLength(9_000, n),
      messageId: idOf(100 + n),
      kind: "message",
    });
    store.messages.insert(messageRow({ id: idOf(100 + n), conversation, content: bytesOfLength(3_000, n) }));
  });
}

/** What coming back in the log writes. */
function comeBack(store: Store, n: number): void {
  store.transaction(() => {
    const entry = store.outbox.byEntryId(bytesOfLength(16, n));
    if (entry === undefined) throw new Error("the outbox row is missing");
    store.outbox.delete(entry.position);
    store.messages.place(idOf(100 + n), n);
    store.heads.add(conversation, { seq: n, head: idOf(n) });
    store.conversations.setCursor(conversation, n);
  });
}

const steps: readonly ((store: Store) => void)[] = [
  (store) => store.transaction(() => store.conversations.insert(conversationRow({ id: conversation }))),
  (store) => send(store, 1),
  (store) => send(store, 2),
  (store) => comeBack(store, 1),
  (store) => send(store, 3),
  (store) => comeBack(store, 2),
];

/** Everything the scenario touches, to compare states by. */
function image(store: Store): string {
  const everything = {
    row: store.conversations.get(conversation),
    outbox: store.outbox.list(conversation),
    placed: store.messages.page(conversation, { limit: 100 }),
    unplaced: store.messages.unplaced(conversation),
    head: store.heads.latest(conversation),
  };
  return JSON.stringify(everything, (_, value: unknown) => {
    return value instanceof Uint8Array ? toHex(value) : typeof value === "bigint" ? String(value) : value;
  });
}

/** The images after 0, 1, 2 … transactions, in a run without a crash. */
function imagesWithoutCrash(): string[] {
  const store = emptyStore();
  const images = [image(store)];
  for (const step of steps) {
    step(store);
    images.push(image(store));
  }
  return images;
}

it.each([
  { name: "with a cache that holds all", cachePages: 500 },
  { name: "with a cache that spills into the log before the commit", cachePages: 1 },
])("a crash after any statement leaves whole transactions, $name", { timeout: 120_000 }, ({ cachePages }) => {
  const images = imagesWithoutCrash();
  const home = temporaryHome();
  openStore(openDriver(home)).close();
  const inner = openDriver(home);
  inner.exec(`PRAGMA cache_size = ${cachePages}`);
  const driver = new CrashingDriver(inner, home);
  const store = openStore(driver);
  for (const step of steps) step(store);
  for (const wreck of driver.wrecks) {
    const reopened = openStore(openDriver(wreck.home));
    expect(image(reopened)).toBe(images[wreck.commits]);
    // And the store goes on from there.
    for (const step of steps.slice(wreck.commits)) step(reopened);
    expect(image(reopened)).toBe(images.at(-1));
    reopened.close();
  }
  expect(driver.wrecks.length).toBeGreaterThan(30);
});

it("a crash while the schema is made leaves none of it, or all", () => {
  const home = temporaryHome();
  const driver = new CrashingDriver(openDriver(home), home);
  openStore(driver).close();
  const tables = driver.wrecks.map((wreck) => {
    const reopened = openDriver(wreck.home);
    const before = reopened.get("SELECT count(*) AS n FROM sqlite_schema")?.["n"];
    openStore(reopened).conversations.insert(conversationRow({ id: conversation }));
    return before;
  });
  expect(new Set(tables).size).toBe(2);
  expect(tables[0]).toBe(0);
});
