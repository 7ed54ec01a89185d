import { asSecret } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import type { Contact, OutboxEntry, Store } from "../src/index.js";
import { codeOf } from "./driver-contract.js";
import { emptyStore } from "./open-home.js";
import { bytesOfLength, conversationRow, idOf, messageRow } from "./samples.js";

const [here, there] = [idOf(1), idOf(2)] as const;

function storeOfTwo(): Store {
  const store = emptyStore();
  for (const id of [here, there]) store.conversations.insert(conversationRow({ id }));
  return store;
}

it("keeps single values by name", () => {
  const { meta } = emptyStore();
  expect(meta.get("relay")).toBeUndefined();
  meta.set("relay", Uint8Array.of(1));
  meta.set("relay", Uint8Array.of(2));
  expect(meta.get("relay")).toEqual(Uint8Array.of(2));
  meta.delete("relay");
  expect(meta.get("relay")).toBeUndefined();
});

it("keeps one account, with its chain in order", () => {
  const { account } = emptyStore();
  expect(account.get()).toBeUndefined();
  const own = { accountId: idOf(1), username: "alice", deviceKeys: asSecret(Uint8Array.of(1)) };
  account.set(own);
  account.set({ ...own, deviceKeys: asSecret(Uint8Array.of(2)) });
  expect(account.get()).toEqual({ ...own, deviceKeys: Uint8Array.of(2) });
  account.appendEntry(1, Uint8Array.of(11));
  account.appendEntry(0, Uint8Array.of(10));
  expect(account.entries()).toEqual([Uint8Array.of(10), Uint8Array.of(11)]);
  expect(codeOf(() => account.appendEntry(1, Uint8Array.of(12)))).toBe("constraint");
});

it("keeps contacts by account, finds them by name, and replaces what was known", () => {
  const { contacts } = emptyStore();
  const bob: Contact = {
    accountId: idOf(1),
    username: "bob",
    entries: Uint8Array.of(1),
    pinnedHead: idOf(5),
    state: "request",
    isConfirmed: false,
  };
  const otherBob: Contact = { ...bob, accountId: idOf(2), state: "blocked", isConfirmed: true };
  const alice: Contact = { ...bob, accountId: idOf(3), username: "alice", state: "unknown" };
  for (const contact of [bob, otherBob, alice]) contacts.set(contact);
  expect(contacts.get(idOf(2))).toEqual(otherBob);
  expect(contacts.get(idOf(9))).toBeUndefined();
  expect(contacts.byUsername("bob")).toEqual([bob, otherBob]);
  contacts.set({ ...bob, state: "accepted" });
  expect(contacts.list()).toEqual([alice, { ...bob, state: "accepted" }, otherBob]);
});

describe("conversations", () => {
  it("are listed in the order of their coming, and found by id and by log", () => {
    const store = storeOfTwo();
    store.conversations.insert(conversationRow({ id: idOf(0), kind: "self", state: "request" }));
    expect(store.conversations.list().map(({ id }) => id)).toEqual([here, there, idOf(0)]);
    expect(store.conversations.get(here)).toEqual(conversationRow({ id: here }));
    expect(store.conversations.byLog(Uint8Array.from(there).reverse())?.id).toEqual(there);
    expect(store.conversations.get(idOf(7))).toBeUndefined();
  });

  it("change field by field, and refuse changes of what is not there", () => {
    const { conversations } = storeOfTwo();
    conversations.setState(here, "blocked");
    conversations.setDetail(here, Uint8Array.of(4));
    conversations.setCursor(here, 12);
    conversations.setTitle(here, "新しい");
    expect(conversations.get(here)).toEqual(
      conversationRow({ id: here, state: "blocked", detail: Uint8Array.of(4), cursorSeq: 12, title: "新しい" }),
    );
    expect(conversations.get(there)).toEqual(conversationRow({ id: there }));
    expect(codeOf(() => conversations.setCursor(idOf(7), 1))).toBe("misuse");
  });

  it("have an id and a log of their own", () => {
    const { conversations } = storeOfTwo();
    expect(codeOf(() => conversations.insert(conversationRow({ id: here, logId: idOf(8) })))).toBe("constraint");
    const logId = conversationRow({ id: here }).logId;
    expect(codeOf(() => conversations.insert(conversationRow({ id: idOf(8), logId })))).toBe("constraint");
  });

  it("take everything of theirs along when they go", () => {
    const store = storeOfTwo();
    for (const conversation of [here, there]) {
      const n = conversation === here ? 1 : 2;
      store.messages.insert(messageRow({ id: idOf(10 + n), conversation }));
      store.outbox.add(queued(conversation, n));
      store.commits.setPending(conversation, Uint8Array.of(1));
      store.commits.addIntent(conversation, Uint8Array.of(1));
      store.heads.add(conversation, { seq: 1, head: idOf(1) });
    }
    store.conversations.delete(here);
    const left = (conversation: Uint8Array) => [
      store.messages.unplaced(conversation).length,
      store.outbox.list(conversation).length,
      store.commits.pending(conversation)?.length ?? 0,
      store.commits.intents(conversation).length,
      store.heads.latest(conversation)?.seq ?? 0,
    ];
    expect(left(here)).toEqual([0, 0, 0, 0, 0]);
    expect(left(there)).toEqual([1, 1, 1, 1, 1]);
  });
});

it("keeps one pending commit of a conversation, and intents in order", () => {
  const { commits } = storeOfTwo();
  commits.setPending(here, Uint8Array.of(1));
  expect(codeOf(() => commits.setPending(here, Uint8Array.of(2)))).toBe("constraint");
  expect(commits.pending(here)).toEqual(Uint8Array.of(1));
  expect(commits.pending(there)).toBeUndefined();
  commits.deletePending(here);
  commits.setPending(here, Uint8Array.of(2));
  const first = commits.addIntent(here, Uint8Array.of(1));
  commits.addIntent(there, Uint8Array.of(2));
  const third = commits.addIntent(here, Uint8Array.of(3));
  expect(commits.intents(here).map(({ position }) => position)).toEqual([first, third]);
  commits.deleteIntent(first);
  expect(commits.intents(here)).toEqual([{ position: third, value: Uint8Array.of(3) }]);
});

function queued(conversation: Uint8Array, n: number): OutboxEntry {
  return {
    conversation,
    entryId: bytesOfLength(16, n),
    bytes: bytesOfLength(5, n),
    messageId: undefined,
    kind: "commit",
  };
}

describe("the outbox", () => {
  it("is a queue for each conversation", () => {
    const { outbox } = storeOfTwo();
    const first = outbox.add(queued(there, 1));
    const second = outbox.add({ ...queued(here, 2), messageId: idOf(9), kind: "message" });
    const third = outbox.add(queued(here, 3));
    expect(outbox.waiting()).toEqual([there, here]);
    expect(outbox.next(here)).toEqual({
      ...queued(here, 2),
      messageId: idOf(9),
      kind: "message",
      position: second,
      state: "queued",
    });
    outbox.setState(second, "sent");
    expect(outbox.next(here)?.position).toBe(third);
    expect(outbox.list(here).map(({ position, state }) => [position, state])).toEqual([
      [second, "sent"],
      [third, "queued"],
    ]);
    outbox.setState(first, "sent");
    expect(outbox.waiting()).toEqual([here]);
    outbox.setState(first, "queued");
    expect(outbox.waiting()).toEqual([there, here]);
  });

  it("knows its entries by their ids, and gives no position twice", () => {
    const { outbox } = storeOfTwo();
    const first = outbox.add(queued(here, 1));
    expect(codeOf(() => outbox.add(queued(there, 1)))).toBe("constraint");
    expect(outbox.byEntryId(bytesOfLength(16, 1))?.position).toBe(first);
    outbox.delete(first);
    expect(outbox.byEntryId(bytesOfLength(16, 1))).toBeUndefined();
    expect(codeOf(() => outbox.setState(first, "sent"))).toBe("misuse");
    expect(outbox.add(queued(here, 1))).toBeGreaterThan(first);
  });
});

it("keeps errands in order until they are done", () => {
  const { errands } = emptyStore();
  const first = errands.add("welcome", Uint8Array.of(1));
  const second = errands.add("request", Uint8Array.of(2));
  expect(errands.list()).toEqual([
    { position: first, kind: "welcome", payload: Uint8Array.of(1) },
    { position: second, kind: "request", payload: Uint8Array.of(2) },
  ]);
  errands.delete(first);
  expect(errands.list().map(({ position }) => position)).toEqual([second]);
});

describe("messages", () => {
  const at = (n: number) => messageRow({ id: idOf(n), conversation: here, seq: n, state: "received" });

  it("come in the log's order, page by page, whatever order they were stored in", () => {
    const { messages } = storeOfTwo();
    for (const n of [5, 2, 9, 3, 7]) messages.insert(at(n));
    messages.insert(messageRow({ id: idOf(50), conversation: there, seq: 4 }));
    const seqs = (page: { before?: number; limit: number }) => messages.page(here, page).map(({ seq }) => seq);
    expect(seqs({ limit: 2 })).toEqual([7, 9]);
    expect(seqs({ before: 7, limit: 2 })).toEqual([3, 5]);
    expect(seqs({ before: 3, limit: 2 })).toEqual([2]);
    expect(messages.get(idOf(9))).toEqual(at(9));
  });

  it("of our own get their place once, or fail with a reason", () => {
    const { messages } = storeOfTwo();
    for (const n of [2, 1]) messages.insert(messageRow({ id: idOf(n), conversation: here, replyTo: idOf(40) }));
    expect(messages.unplaced(here).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
    messages.setState(idOf(2), "failed", "not-a-member");
    expect(messages.get(idOf(2))).toMatchObject({ state: "failed", reason: "not-a-member", replyTo: idOf(40) });
    messages.setState(idOf(2), "pending");
    messages.place(idOf(2), 8);
    expect(messages.get(idOf(2))).toMatchObject({ state: "sent", reason: undefined, seq: 8 });
    expect(messages.unplaced(here).map(({ id }) => id)).toEqual([idOf(1)]);
    expect(codeOf(() => messages.place(idOf(1), 8))).toBe("constraint");
    expect(codeOf(() => messages.place(idOf(77), 9))).toBe("misuse");
    expect(codeOf(() => messages.setState(idOf(77), "sent"))).toBe("misuse");
    messages.delete(idOf(1));
    expect(messages.unplaced(here)).toEqual([]);
  });

  it("are stored once, in a conversation that is there", () => {
    const { messages } = storeOfTwo();
    messages.insert(at(1));
    expect(codeOf(() => messages.insert({ ...at(1), seq: 2 }))).toBe("constraint");
    expect(codeOf(() => messages.insert({ ...at(2), seq: 1 }))).toBe("constraint");
    expect(codeOf(() => messages.insert({ ...at(3), conversation: idOf(99) }))).toBe("constraint");
  });
});

it("keeps key packages until they are used, those of last resort apart", () => {
  const { keyPackages } = emptyStore();
  const row = (n: number, isLastResort = false) => ({
    ref: idOf(n),
    value: asSecret(Uint8Array.of(n)),
    isLastResort,
    isPublished: false,
  });
  for (const keyPackage of [row(3), row(1), row(2, true)]) keyPackages.insert(keyPackage);
  expect(codeOf(() => keyPackages.insert(row(1)))).toBe("constraint");
  expect(keyPackages.unpublished()).toEqual([row(3), row(1), row(2, true)]);
  keyPackages.markPublished(idOf(3));
  expect(keyPackages.unpublished()).toEqual([row(1), row(2, true)]);
  expect(keyPackages.get(idOf(3))).toEqual({ ...row(3), isPublished: true });
  expect(keyPackages.lastResorts()).toEqual([row(2, true)]);
  expect(keyPackages.count()).toBe(2);
  keyPackages.delete(idOf(3));
  expect(keyPackages.get(idOf(3))).toBeUndefined();
  expect(keyPackages.count()).toBe(1);
});

it("keeps how far the inbox was read", () => {
  const { inbox } = emptyStore();
  expect(inbox.cursor()).toBe(0);
  inbox.setCursor(4);
  inbox.setCursor(9);
  expect(inbox.cursor()).toBe(9);
});

it("keeps the last 512 heads of each conversation", () => {
  const store = storeOfTwo();
  store.transaction(() => {
    store.heads.add(there, { seq: 1, head: idOf(1) });
    for (let seq = 1; seq <= 515; seq++) store.heads.add(here, { seq, head: idOf(seq) });
  });
  expect(store.heads.at(here, 3)).toBeUndefined();
  expect(store.heads.at(here, 4)).toEqual(idOf(4));
  expect(store.heads.latest(here)).toEqual({ seq: 515, head: idOf(515) });
  expect(store.heads.at(there, 1)).toEqual(idOf(1));
  expect(codeOf(() => store.heads.add(here, { seq: 515, head: idOf(1) }))).toBe("constraint");
});
