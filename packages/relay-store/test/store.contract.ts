import type { RelayStore } from "@redoubt/relay-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const many = { maxItems: 256, maxBytes: 1 << 20 };

/** What every adapter of the relay's store must do. `open` gives the same store again after `close`. */
export function describeStore(name: string, open: () => RelayStore, clean: () => void): void {
  describe(name, () => {
    let store: RelayStore;
    const write = <T>(work: () => T): T => {
      let result: T | undefined;
      store.transaction(() => {
        result = work();
      });
      return result as T;
    };
    const reopen = () => {
      store.close();
      store = open();
    };

    beforeEach(() => {
      store = open();
    });
    afterEach(() => {
      store.close();
      clean();
    });

    describe("transactions", () => {
      it("leave nothing behind when they throw", () => {
        const fault = new Error("fault");
        expect(() =>
          write(() => {
            store.accounts.create({ accountId: bytes(32, 1), username: "alice" });
            throw fault;
          }),
        ).toThrow(fault);
        expect(store.accounts.idOf("alice")).toBeUndefined();
      });

      it("survive closing", () => {
        write(() => store.accounts.create({ accountId: bytes(32, 1), username: "alice" }));
        reopen();
        expect(store.accounts.idOf("alice")).toEqual(bytes(32, 1));
      });
    });

    describe("invites", () => {
      it("hold for so many uses, through their last day, and across a restart", () => {
        const take = (fill: number, today: number) => write(() => store.invites.take(bytes(32, fill), today));
        write(() => {
          store.invites.add({ hash: bytes(32, 1), uses: 2, lastDay: 10 });
          store.invites.add({ hash: bytes(32, 2), uses: 1, lastDay: 12 });
        });
        expect(take(3, 1)).toBe(false);
        expect([take(1, 10), take(1, 11)]).toEqual([true, false]);
        reopen();
        expect([take(1, 9), take(1, 9)]).toEqual([true, false]);
        write(() => store.invites.expire(12));
        expect(take(2, 12)).toBe(true);
        write(() => {
          store.invites.add({ hash: bytes(32, 4), uses: 1, lastDay: 12 });
          store.invites.expire(13);
        });
        expect(take(4, 12)).toBe(false);
      });
    });

    describe("accounts", () => {
      const account = { accountId: bytes(32, 1), username: "alice" };
      const device = (fill: number) => ({
        deviceId: bytes(16, fill),
        sigKey: bytes(32, fill),
        inboxId: bytes(16, fill + 100),
      });
      beforeEach(() =>
        write(() => {
          store.accounts.create(account);
          store.accounts.setDevices(account.accountId, [device(1), device(2)]);
        }),
      );

      it("keep their entries in order", () => {
        write(() => {
          for (const seq of [0, 1, 2]) store.accounts.addEntry(account.accountId, seq, bytes(5, seq));
        });
        expect(store.accounts.entries(account.accountId)).toEqual([bytes(5, 0), bytes(5, 1), bytes(5, 2)]);
        expect(store.accounts.entries(bytes(32, 9))).toEqual([]);
      });

      it("replace their devices whole, and drop the key packages of those that are gone", () => {
        write(() => {
          for (const fill of [1, 2]) {
            store.accounts.addKeyPackages(account.accountId, bytes(16, fill), {
              oneTime: [bytes(50, fill)],
              lastResort: bytes(50, fill + 10),
            });
          }
          store.accounts.setDevices(account.accountId, [device(2), device(3)]);
        });
        expect(store.accounts.devices(account.accountId)).toEqual([device(2), device(3)]);
        expect(store.accounts.countKeyPackages(account.accountId, bytes(16, 1))).toEqual({
          oneTime: 0,
          lastResort: false,
        });
        expect(store.accounts.countKeyPackages(account.accountId, bytes(16, 2))).toEqual({
          oneTime: 1,
          lastResort: true,
        });
      });

      it("hand out each one-time key package once, then the last resort again and again", () => {
        write(() =>
          store.accounts.addKeyPackages(account.accountId, bytes(16, 1), {
            oneTime: [bytes(50, 1), bytes(50, 2), bytes(50, 1)],
            lastResort: bytes(50, 3),
          }),
        );
        expect(store.accounts.countKeyPackages(account.accountId, bytes(16, 1)).oneTime).toBe(2);
        const taken = [1, 2, 3, 4].flatMap(() => write(() => store.accounts.takeKeyPackages(account.accountId, true)));
        expect(taken.map(({ isLastResort }) => isLastResort)).toEqual([false, false, true, true]);
        expect(new Set(taken.map((record) => record.bytes[0]))).toEqual(new Set([1, 2, 3]));
      });

      it("replace the last resort only where a new one is given", () => {
        const add = (lastResort: Uint8Array | null) =>
          write(() => store.accounts.addKeyPackages(account.accountId, bytes(16, 1), { oneTime: [], lastResort }));
        add(bytes(50, 3));
        add(null);
        add(bytes(50, 4));
        const taken = write(() => store.accounts.takeKeyPackages(account.accountId, true));
        expect(taken).toEqual([{ deviceId: bytes(16, 1), bytes: bytes(50, 4), isLastResort: true }]);
      });
    });

    describe("inboxes", () => {
      const inbox = bytes(16, 1);
      const post = (fill: number, length = 10) =>
        write(() => store.inboxes.add(inbox, { digest: bytes(32, fill), bytes: bytes(length, fill), day: 20_000 }));
      beforeEach(() => write(() => store.inboxes.create(inbox)));

      it("number their items from 1, and go on after an acknowledgement and a restart", () => {
        expect([post(1), post(2)]).toEqual([1, 2]);
        write(() => store.inboxes.acknowledge(inbox, 2));
        reopen();
        expect(post(3)).toBe(3);
        expect(store.inboxes.read(inbox, 0, many)).toEqual([
          { number: 3, digest: bytes(32, 3), bytes: bytes(10, 3), day: 20_000 },
        ]);
        expect(store.inboxes.find(inbox)).toEqual({ tokenHash: null, maxPerDay: 0, lastNumber: 3, count: 1 });
      });

      it("take the same item once", () => {
        expect([post(1), post(1), post(2)]).toEqual([1, undefined, 2]);
      });

      it("are read by number and size, at least one item at a time", () => {
        for (const fill of [1, 2, 3]) post(fill, 100);
        const read = (after: number, maxItems: number, maxBytes: number) =>
          store.inboxes.read(inbox, after, { maxItems, maxBytes }).map(({ number }) => number);
        expect(read(0, 10, 1_000)).toEqual([1, 2, 3]);
        expect(read(1, 10, 1_000)).toEqual([2, 3]);
        expect(read(0, 2, 1_000)).toEqual([1, 2]);
        expect(read(0, 10, 250)).toEqual([1, 2]);
        expect(read(0, 10, 1)).toEqual([1]);
        expect(read(3, 10, 1_000)).toEqual([]);
      });

      it("keep a token, and are forgotten with all that is in them", () => {
        post(1);
        write(() => store.inboxes.setToken(inbox, bytes(32, 7), 5));
        expect(store.inboxes.find(inbox)).toMatchObject({ tokenHash: bytes(32, 7), maxPerDay: 5 });
        write(() => store.inboxes.remove(inbox));
        expect(store.inboxes.find(inbox)).toBeUndefined();
        write(() => store.inboxes.create(inbox));
        expect(store.inboxes.read(inbox, 0, many)).toEqual([]);
      });
    });

    describe("logs", () => {
      const create = (handle: number) =>
        write(() =>
          store.logs.create({ logId: bytes(32, handle), handle, writeKey: bytes(32, 50), ownerKey: bytes(32, 51) }),
        );
      const entry = (log: number, seq: number, id = seq) => ({
        log,
        seq,
        entryId: bytes(16, id),
        bytes: bytes(100, seq),
      });
      const append = (handle: number, seq: number, day = 20_000, id = seq) =>
        write(() => store.logs.insert([entry(handle, seq, id)], day));
      const seqs = (handle: number, from = 1, most = many) => store.logs.read(handle, from, most).map(({ seq }) => seq);
      const runExpiry = (day: number) => {
        let cursor: number | undefined = 0;
        while (cursor !== undefined) {
          const from: number = cursor;
          cursor = write(() => store.logs.expire(day, from));
        }
      };
      const runClustering = () => {
        let cursor = write(() => store.logs.cluster(undefined));
        while (cursor !== undefined) {
          const from = cursor;
          cursor = write(() => store.logs.cluster(from));
        }
      };

      it.each([1, 2, 3, 5, 16, 23, 64, 100, 203])("take %i entries at once, of several logs", (count) => {
        const entries = Array.from({ length: count }, (_, i) => entry(7 + (i % 3), 1 + Math.floor(i / 3), i));
        for (const handle of [7, 8, 9]) create(handle);
        expect(write(() => store.logs.insert(entries, 20_000))).toBe(true);
        for (const log of [7, 8, 9]) {
          const kept = entries
            .filter((one) => one.log === log)
            .map(({ seq, entryId, bytes }) => ({ seq, entryId, bytes }));
          expect(store.logs.read(log, 1, many)).toEqual(kept);
        }
      });

      it.each([0, 1, 15, 16, 63, 64, 80, 99])("take all of 100 entries or none: where number %i is there", (there) => {
        create(7);
        create(8);
        append(7, 1);
        const entries = Array.from({ length: 100 }, (_, i) => entry(8, 1 + i, 1_000 + i));
        const withOld = entries.with(there, entry(7, 2, 1));
        expect(write(() => store.logs.insert(withOld, 20_000))).toBe(false);
        expect([seqs(7), seqs(8)]).toEqual([[1], []]);
        const withDouble = entries.with(there, {
          ...(entries[there] as (typeof entries)[number]),
          entryId: bytes(16, 1_050),
        });
        expect(write(() => store.logs.insert(withDouble, 20_000))).toBe(there === 50);
        expect(write(() => store.logs.insert(entries, 20_000))).toBe(true);
        expect(seqs(8)).toHaveLength(100);
      });

      it("are found with their keys and their extent", () => {
        create(7);
        const fresh = {
          handle: 7,
          ownerKey: bytes(32, 51),
          writeKey: bytes(32, 50),
          previousKey: null,
          counter: 0,
          expired: 0,
          lastSeq: 0,
        };
        expect(store.logs.find(bytes(32, 7))).toEqual(fresh);
        expect(store.logs.find(bytes(32, 8))).toBeUndefined();
        append(7, 1);
        write(() => store.logs.setKeys(7, { writeKey: bytes(32, 60), previousKey: bytes(32, 50), counter: 1 }));
        write(() => store.logs.setOwner(7, bytes(32, 61)));
        reopen();
        expect(store.logs.find(bytes(32, 7))).toEqual({
          ...fresh,
          ownerKey: bytes(32, 61),
          writeKey: bytes(32, 60),
          previousKey: bytes(32, 50),
          counter: 1,
          lastSeq: 1,
        });
      });

      it("take an entry's id once, each for itself", () => {
        create(7);
        create(8);
        expect([append(7, 1), append(7, 2, 20_000, 1), append(8, 1)]).toEqual([true, false, true]);
        expect(seqs(7)).toEqual([1]);
        expect(store.logs.byEntryId(7, bytes(16, 1))).toEqual({
          seq: 1,
          entryId: bytes(16, 1),
          bytes: bytes(100, 1),
        });
        expect(store.logs.byEntryId(7, bytes(16, 2))).toBeUndefined();
      });

      it("are read by seq and size, at least one entry at a time", () => {
        create(7);
        for (const seq of [1, 2, 3]) append(7, seq);
        expect(seqs(7)).toEqual([1, 2, 3]);
        expect(seqs(7, 2)).toEqual([2, 3]);
        expect(seqs(7, 1, { maxItems: 2, maxBytes: 1_000 })).toEqual([1, 2]);
        expect(seqs(7, 1, { maxItems: 9, maxBytes: 250 })).toEqual([1, 2]);
        expect(seqs(7, 1, { maxItems: 9, maxBytes: 1 })).toEqual([1]);
      });

      it("are removed with their entries", () => {
        create(7);
        append(7, 1);
        write(() => store.logs.remove(7));
        expect(store.logs.find(bytes(32, 7))).toBeUndefined();
        expect(seqs(7)).toEqual([]);
      });

      it("forget entries before a day, and never a seq", () => {
        create(7);
        create(8);
        for (const seq of [1, 2, 3]) append(7, seq, 20_000 + seq);
        append(8, 1, 20_001);
        runExpiry(20_003);
        expect(store.logs.find(bytes(32, 7))).toMatchObject({ expired: 2, lastSeq: 3 });
        expect(store.logs.find(bytes(32, 8))).toMatchObject({ expired: 1, lastSeq: 1 });
        expect([seqs(7), seqs(8)]).toEqual([[3], []]);
        runExpiry(20_003);
        expect(store.logs.find(bytes(32, 8))).toMatchObject({ expired: 1, lastSeq: 1 });
      });

      it("forget in order even where the clock went back in between", () => {
        create(7);
        for (const [index, day] of [20_005, 20_001, 20_006].entries()) append(7, index + 1, day);
        runExpiry(20_003);
        expect(seqs(7)).toEqual([1, 2, 3]);
        runExpiry(20_006);
        expect(seqs(7)).toEqual([3]);
      });

      it("lose nothing by clustering, again and again, with appends in between and a restart", () => {
        const handles = [5, 3, 9, 1];
        for (const handle of handles) create(handle);
        let last = 0;
        for (const round of [1, 2, 3]) {
          for (let i = 0; i < 80; i++) {
            last += 1;
            for (const handle of handles) append(handle, last);
          }
          runClustering();
          if (round === 2) reopen();
        }
        const all = Array.from({ length: last }, (_, index) => index + 1);
        for (const handle of handles) {
          expect(seqs(handle)).toEqual(all);
          expect(store.logs.read(handle, 1, many).map((entry) => entry.bytes[0])).toEqual(all.map((seq) => seq % 256));
        }
        expect(append(5, last + 1)).toBe(true);
        expect(store.logs.find(bytes(32, 5))?.lastSeq).toBe(last + 1);
      });
    });

    describe("blobs", () => {
      const id = (fill: number) => bytes(32, fill);
      const create = (fill: number, length: number, day = 20_000) =>
        write(() => store.blobs.create(id(fill), length, day));

      it("are found with what has been received, and survive closing", () => {
        create(1, 1_000);
        create(2, 2 ** 31 + 2 ** 19);
        expect(write(() => store.blobs.setReceived(id(1), 400, 20_001))).toBe(true);
        reopen();
        expect(store.blobs.find(id(1))).toEqual({ length: 1_000, received: 400 });
        expect(store.blobs.find(id(2))).toEqual({ length: 2 ** 31 + 2 ** 19, received: 0 });
        expect(store.blobs.find(id(3))).toBeUndefined();
        expect(store.blobs.total()).toEqual({ count: 2, bytes: 1_000 + 2 ** 31 + 2 ** 19 });
      });

      it("are removed with the room that they held; of what is gone nothing is received", () => {
        create(1, 1_000);
        create(2, 500);
        write(() => store.blobs.remove(id(1)));
        write(() => store.blobs.remove(id(9)));
        expect(store.blobs.find(id(1))).toBeUndefined();
        expect(write(() => store.blobs.setReceived(id(1), 400, 20_001))).toBe(false);
        expect(store.blobs.total()).toEqual({ count: 1, bytes: 500 });
      });

      it("count no room of what was rolled back", () => {
        create(1, 1_000);
        const fault = new Error("fault");
        const broken = () =>
          write(() => {
            store.blobs.create(id(2), 500, 20_000);
            store.blobs.remove(id(1));
            throw fault;
          });
        expect(broken).toThrow(fault);
        expect(store.blobs.total()).toEqual({ count: 1, bytes: 1_000 });
      });

      it("expire by the day of their last byte: complete ones before one day, incomplete ones before another", () => {
        for (const [fill, received, day] of [
          [1, 10, 20_000],
          [2, 10, 20_005],
          [3, 9, 20_005],
          [4, 9, 20_009],
        ] as const) {
          create(fill, 10, day);
          write(() => store.blobs.setReceived(id(fill), received, day));
        }
        const before = { complete: 20_001, incomplete: 20_009 };
        const expired = store.blobs.expired(before, 10).map(([fill]) => fill);
        expect(expired.sort()).toEqual([1, 3]);
        expect(store.blobs.expired(before, 1)).toHaveLength(1);
      });
    });
  });
}
