import { describe, expect, it } from "vitest";
import type { Store, StoredMessage } from "../src/index.js";
import { emptyStore } from "./open-home.js";
import { conversationRow, idOf, messageRow } from "./samples.js";

const [here, there] = [idOf(1), idOf(2)] as const;
const now = 1_000_000;

function storeOfTwo(): Store {
  const store = emptyStore();
  for (const id of [here, there]) store.conversations.insert(conversationRow({ id }));
  return store;
}

function at(n: number, given: Partial<StoredMessage> = {}): StoredMessage {
  return messageRow({ id: idOf(n), conversation: here, seq: n, state: "received", ...given });
}

const about = (n: number, target: number, given: Partial<StoredMessage> = {}) => {
  return at(n, { kind: "annotation", target: idOf(target), ...given });
};

const seqs = (messages: readonly StoredMessage[]) => messages.map(({ seq }) => seq);

describe("messages", () => {
  it("are shown without what was said about them and without what is hidden or expired", () => {
    const { messages } = storeOfTwo();
    for (const n of [11, 12, 13, 14]) messages.insert(at(n));
    messages.insert(about(15, 11));
    messages.erase(idOf(12), "deleted");
    messages.erase(idOf(13), "hidden");
    messages.erase(idOf(14), "expired");
    expect(seqs(messages.page(here, { limit: 9 }))).toEqual([11, 12]);
  });

  it("are erased with everything that was said about them, and stay known", () => {
    const { messages } = storeOfTwo();
    messages.insert(at(11));
    messages.insert(about(12, 11));
    messages.insert(about(13, 11, { seq: undefined, state: "pending" }));
    messages.erase(idOf(11), "deleted");
    const gone = { content: Uint8Array.of(), fate: "deleted" };
    expect(messages.get(idOf(11))).toMatchObject(gone);
    expect(messages.get(idOf(12))).toMatchObject(gone);
    // What waits to be sent still is: its content goes with it.
    expect(messages.get(idOf(13))).toMatchObject({ content: Uint8Array.of(9), fate: "kept" });
  });

  it("give what was said about them in the log's order, ours that wait last, nothing that failed", () => {
    const { messages } = storeOfTwo();
    for (const n of [11, 12]) messages.insert(at(n));
    messages.insert(about(20, 11, { seq: undefined, state: "pending" }));
    messages.insert(about(21, 11, { seq: undefined, state: "failed" }));
    messages.insert(about(15, 11));
    messages.insert(about(14, 12));
    const ids = (targets: readonly Uint8Array[]) => messages.annotations(targets).map(({ id }) => id);
    expect(ids([idOf(11)])).toEqual([idOf(15), idOf(20)]);
    expect(ids([idOf(11), idOf(12)])).toEqual([idOf(14), idOf(15), idOf(20)]);
    const many = Array.from({ length: 200 }, (_, i) => idOf(1_000 + i));
    expect(ids([...many, idOf(12)])).toEqual([idOf(14)]);
    expect(ids([])).toEqual([]);
  });

  it("are found by the beginning of their ids", () => {
    const { messages } = storeOfTwo();
    for (const n of [0x1100, 0x1101, 0x1200]) messages.insert(at(n));
    const count = (least: number, most: number) => messages.beginningWith(here, idOf(least), idOf(most)).length;
    expect(count(0x1200, 0x12ff)).toBe(1);
    expect(count(0x1100, 0x12ff)).toBe(2);
    expect(count(0x1300, 0x13ff)).toBe(0);
    expect(messages.beginningWith(there, idOf(0x1200), idOf(0x12ff))).toEqual([]);
  });
});

describe("expiry", () => {
  it("runs from reading for what was received, once, and for nothing else", () => {
    const { messages } = storeOfTwo();
    messages.insert(at(11, { expiresAfter: 10 }));
    messages.insert(at(12, { expiresAfter: 10 }));
    messages.insert(at(13));
    messages.insert(at(14, { expiresAfter: 10, state: "sent" }));
    messages.startExpiryUpTo(here, 11, now);
    expect(messages.get(idOf(11))?.expiresAt).toBe(now + 10_000);
    messages.startExpiryUpTo(here, 20, now + 5);
    expect([11, 12, 13, 14].map((n) => messages.get(idOf(n))?.expiresAt)).toEqual([
      now + 10_000,
      now + 10_005,
      undefined,
      undefined,
    ]);
    messages.startExpiry(idOf(14), now);
    expect(messages.get(idOf(14))?.expiresAt).toBe(now + 10_000);
    messages.startExpiry(idOf(13), now);
    expect(messages.get(idOf(13))?.expiresAt).toBeUndefined();
  });

  it("comes when it is time, and leaves alone what still waits to be sent", () => {
    const { messages } = storeOfTwo();
    messages.insert(at(11, { expiresAt: now }));
    messages.insert(at(12, { expiresAt: now + 1 }));
    messages.insert(at(13, { expiresAt: now - 1, seq: undefined, state: "pending" }));
    expect(messages.nextExpiry()).toBe(now);
    expect(messages.expired(now, 9)).toEqual([{ id: idOf(11), conversation: here }]);
    messages.erase(idOf(11), "expired");
    expect(messages.expired(now, 9)).toEqual([]);
    expect(messages.nextExpiry()).toBe(now + 1);
    messages.erase(idOf(12), "expired");
    expect(messages.nextExpiry()).toBeUndefined();
  });
});

it("keeps settings of conversations, each change for itself", () => {
  const { settings, conversations } = storeOfTwo();
  expect(settings.get(here)).toMatchObject({ mutedUntil: undefined, draft: undefined, readUpTo: 0 });
  settings.set(here, { mutedUntil: 7, draft: "grüße" });
  settings.set(here, { pinnedAt: 8, readUpTo: 3 });
  expect(settings.get(here)).toMatchObject({ mutedUntil: 7, pinnedAt: 8, draft: "grüße", readUpTo: 3 });
  settings.set(here, { draft: undefined, mutedUntil: undefined });
  expect(settings.get(here)).toMatchObject({ mutedUntil: undefined, pinnedAt: 8, draft: undefined });
  conversations.delete(here);
  expect(settings.get(here).pinnedAt).toBeUndefined();
});

it("counts what is unread, and says what was last, of all conversations at once", () => {
  const { messages, settings, overviews } = storeOfTwo();
  for (const n of [11, 12, 13]) messages.insert(at(n, { mentionsUs: n === 13 }));
  messages.insert(at(14, { state: "sent" }));
  messages.insert(about(15, 11));
  messages.insert(at(16));
  messages.erase(idOf(16), "expired");
  const of = () => overviews.list().map(({ id, unread, mentions, last }) => [id, unread, mentions, last?.id]);
  expect(of()).toEqual([
    [here, 3, 1, idOf(14)],
    [there, 0, 0, undefined],
  ]);
  settings.set(here, { readUpTo: 11 });
  messages.insert(at(17, { seq: undefined, state: "pending" }));
  expect(overviews.get(here)).toMatchObject({
    unread: 2,
    mentions: 1,
    last: { id: idOf(17) },
    settings: { readUpTo: 11 },
  });
  expect(overviews.get(idOf(99))).toBeUndefined();
});

it("gives conversations by pages: the pinned first, then the ones written in last, each once", () => {
  const store = emptyStore();
  const { conversations, messages, overviews, settings } = store;
  const ids = Array.from({ length: 7 }, (_, i) => idOf(1 + i));
  const written = (n: number, index: number, given: Partial<StoredMessage> = {}) => {
    messages.insert(at(n, { conversation: ids[index] as Uint8Array, ...given }));
  };
  const byPages = (limit: number) => {
    const pages: Uint8Array[][] = [];
    while (pages.length < 20) {
      const after = pages.at(-1)?.at(-1);
      const page = overviews.page({ limit, ...(after && { after }) })?.map(({ id }) => id) ?? [];
      if (page.length === 0) break;
      pages.push(page);
    }
    return pages;
  };
  const inOrder = (...order: number[]) => {
    const expected = order.map((index) => ids[index]);
    for (const limit of [1, 2, 3, 10]) {
      const pages = byPages(limit);
      expect(pages.flat()).toEqual(expected);
      expect(pages[0]).toHaveLength(Math.min(limit, order.length));
    }
  };
  for (const id of ids.slice(0, 6)) conversations.insert(conversationRow({ id }));
  inOrder(5, 4, 3, 2, 1, 0);
  for (const [n, index] of [4, 0, 3].entries()) written(20 + n, index);
  inOrder(3, 0, 4, 5, 2, 1);
  // What is said about a message moves nothing; one of ours that waits does; a new conversation is at the top.
  written(30, 1, { kind: "annotation", target: idOf(20) });
  written(31, 2, { seq: undefined, state: "pending" });
  conversations.insert(conversationRow({ id: ids[6] as Uint8Array }));
  inOrder(6, 2, 3, 0, 4, 5, 1);
  settings.set(ids[1] as Uint8Array, { pinnedAt: 1 });
  settings.set(ids[3] as Uint8Array, { pinnedAt: 2 });
  settings.set(ids[0] as Uint8Array, { mutedUntil: 5 });
  inOrder(3, 1, 6, 2, 0, 4, 5);
  expect(overviews.page({ limit: 3, after: idOf(99) })).toBeUndefined();
});

it("knows to whom something is to be told yet", () => {
  const { messages, settings, conversations } = storeOfTwo();
  expect(settings.untold(0)).toEqual([]);
  messages.insert(at(11));
  messages.insert(at(12, { state: "sent" }));
  expect(settings.untold(0)).toEqual([here]);
  settings.set(here, { deliveredTold: 11 });
  expect(settings.untold(0)).toEqual([]);
  // Reading counts up to the last that somebody else sent.
  settings.set(here, { readUpTo: 12 });
  expect(settings.untold(0)).toEqual([here]);
  settings.set(here, { readTold: 11 });
  expect(settings.untold(0)).toEqual([]);
  expect(settings.untold(1)).toEqual([here, there]);
  settings.set(here, { profileTold: 1 });
  conversations.setState(there, "request");
  expect(settings.untold(1)).toEqual([]);
});

it("moves receipts forward alone; what was read was delivered", () => {
  const { receipts } = storeOfTwo();
  const alice = idOf(7);
  expect(receipts.advance(here, { accountId: alice, delivered: 5, read: 0 })).toBe(true);
  expect(receipts.advance(here, { accountId: alice, delivered: 4, read: 0 })).toBe(false);
  expect(receipts.advance(here, { accountId: alice, delivered: 0, read: 9 })).toBe(true);
  expect(receipts.list(here)).toEqual([{ accountId: alice, delivered: 9, read: 9 }]);
  expect(receipts.list(there)).toEqual([]);
});

it("keeps profiles, and names without pictures", () => {
  const { profiles } = emptyStore();
  profiles.set(idOf(7), { name: "Zoë", picture: Uint8Array.of(1) });
  profiles.set(idOf(8), { name: "", picture: undefined });
  profiles.set(idOf(8), { name: "Ada", picture: undefined });
  expect(profiles.get(idOf(7))).toEqual({ name: "Zoë", picture: Uint8Array.of(1) });
  expect(profiles.get(idOf(9))).toBeUndefined();
  expect(profiles.names().toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { accountId: idOf(8), name: "Ada", hasPicture: false },
    { accountId: idOf(7), name: "Zoë", hasPicture: true },
  ]);
});
