import { describe, expect, it } from "vitest";
import type { NewUpload, Store } from "../src/index.js";
import { codeOf } from "./driver-contract.js";
import { emptyStore } from "./open-home.js";
import { conversationRow, idOf, messageRow } from "./samples.js";

const conversation = idOf(1);
const [first, second] = [idOf(11), idOf(12)] as const;

function storeOfTwoMessages(): Store {
  const store = emptyStore();
  store.conversations.insert(conversationRow({ id: conversation }));
  for (const id of [first, second]) store.messages.insert(messageRow({ id, conversation }));
  return store;
}

const upload = (messageId: Uint8Array, part: number, blob: number): NewUpload => ({
  messageId,
  part,
  conversation,
  blobId: idOf(blob),
  key: idOf(99),
  size: 2 ** 31,
  source: "/home/zoë/photo.jpg",
});

describe("uploads", () => {
  it("are kept in order, with how far they are", () => {
    const { uploads } = storeOfTwoMessages();
    uploads.add(upload(second, 0, 21));
    uploads.add(upload(first, 0, 22));
    uploads.add(upload(first, 1, 23));
    expect(uploads.count()).toBe(3);
    const [one, two] = uploads.list();
    expect(one).toEqual({ ...upload(second, 0, 21), position: 1, sealed: 0, digest: new Uint8Array(32) });
    uploads.setSealed(2, 7, idOf(7));
    expect(uploads.get(2)).toEqual({ ...two, sealed: 7, digest: idOf(7) });
    uploads.delete(2);
    expect(uploads.get(2)).toBeUndefined();
    expect(codeOf(() => uploads.setSealed(2, 8, idOf(8)))).toBe("misuse");
    expect([uploads.isUploading(first), uploads.isUploading(second)]).toEqual([true, true]);
    uploads.deleteOf(first);
    expect([uploads.isUploading(first), uploads.isUploading(second)]).toEqual([false, true]);
  });

  it("are one for each blob, and for each part of a message", () => {
    const { uploads } = storeOfTwoMessages();
    uploads.add(upload(first, 0, 21));
    expect(codeOf(() => uploads.add(upload(second, 0, 21)))).toBe("constraint");
    expect(codeOf(() => uploads.add(upload(first, 0, 22)))).toBe("constraint");
  });

  it("hold their message back from being sealed, and go with it", () => {
    const { uploads, messages } = storeOfTwoMessages();
    uploads.add(upload(first, 0, 21));
    expect(messages.unsealed().map(({ id }) => id)).toEqual([second]);
    uploads.deleteOf(first);
    expect(messages.unsealed().map(({ id }) => id)).toEqual([first, second]);
    uploads.add(upload(first, 0, 21));
    messages.delete(first);
    expect(uploads.list()).toEqual([]);
  });
});

describe("downloads", () => {
  it("are kept by message, part and place, and go with their message", () => {
    const { downloads, messages } = storeOfTwoMessages();
    const here = { messageId: first, part: 0, place: "/tmp/a" };
    expect(downloads.done(here)).toBeUndefined();
    downloads.set(here, 0);
    downloads.set(here, 4_194_304);
    expect(downloads.done(here)).toBe(4_194_304);
    for (const other of [{ messageId: second }, { part: 1 }, { place: "/tmp/b" }]) {
      expect(downloads.done({ ...here, ...other })).toBeUndefined();
    }
    downloads.set({ ...here, part: 1 }, 5);
    downloads.delete(here);
    expect(downloads.done(here)).toBeUndefined();
    messages.delete(first);
    expect(downloads.done({ ...here, part: 1 })).toBeUndefined();
  });
});
