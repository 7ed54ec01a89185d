import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceInEntry, extendChain, verifyChain } from "../src/index.js";
import { codeOf } from "./code-of.js";
import { history } from "./histories.js";
import { hashing } from "./node-hashing.js";
import { adding, changed, devicesChange, newPerson, numberedDevice, numberedRecovery } from "./people.js";

const recovery = numberedRecovery(0);
const verify = (entries: readonly Uint8Array[]) => codeOf(() => verifyChain(hashing, entries));

describe("any history", () => {
  it("verifies to the state that its makers had, at once and entry by entry", () => {
    fc.assert(
      fc.property(history, ({ entries, account }) => {
        expect(verifyChain(hashing, entries)).toEqual(account);
        const half = verifyChain(hashing, entries.slice(0, Math.ceil(entries.length / 2)));
        const rest = entries.slice(half.history.length);
        expect(rest.reduce((state, entry) => extendChain(hashing, state, entry), half)).toEqual(account);
        expect(account.accountId).toEqual(hashing.sha256(entries[0] as Uint8Array));
        expect(account.head).toEqual(hashing.sha256(entries.at(-1) as Uint8Array));
        expect(account.size).toBe(entries.reduce((sum, entry) => sum + entry.length, 0));
      }),
      { numRuns: 40 },
    );
  });

  it("is refused with any bit of it changed", () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), fc.nat(7), ({ entries }, which, position, bit) => {
        const index = which % entries.length;
        const entry = Uint8Array.from(entries[index] as Uint8Array);
        const at = position % entry.length;
        entry[at] = (entry[at] as number) ^ (1 << bit);
        expect(verify(entries.with(index, entry))).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });

  it("is refused with entries swapped, dropped, doubled or taken from elsewhere", () => {
    const other = changed(newPerson([numberedDevice(7)]), devicesChange(adding(numberedDevice(8))), recovery);
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), ({ entries }, a, b) => {
        const [i, j] = [a % entries.length, b % entries.length];
        const [first, second] = [entries[i] as Uint8Array, entries[j] as Uint8Array];
        if (i !== j) expect(verify(entries.with(i, second).with(j, first))).toBeDefined();
        if (i < entries.length - 1) expect(verify(entries.toSpliced(i, 1))).toBeDefined();
        expect(verify(entries.toSpliced(i, 0, first))).toBeDefined();
        for (const [at, foreign] of other.entries.entries()) {
          if (entries.length > 1 && at < entries.length) expect(verify(entries.with(at, foreign))).toBeDefined();
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leaves the state that was extended as it was", () => {
    fc.assert(
      fc.property(history, ({ entries }) => {
        const start = verifyChain(hashing, entries.slice(0, 1));
        const before = structuredClone(start);
        entries.slice(1).reduce((state, entry) => extendChain(hashing, state, entry), start);
        expect(start).toEqual(before);
      }),
      { numRuns: 10 },
    );
  });

  it("shares no memory with the bytes it was read from", () => {
    const { entries, account } = newPerson();
    const copies = entries.map((entry) => Uint8Array.from(entry));
    const read = verifyChain(hashing, copies);
    for (const copy of copies) copy.fill(0xff);
    expect(read).toEqual(account);
  });
});

it("every single byte of a chain counts", () => {
  const start = newPerson([numberedDevice(0), numberedDevice(1)]);
  const { entries } = changed(start, devicesChange(adding(numberedDevice(2))), numberedDevice(1).signer);
  for (const [index, entry] of entries.entries()) {
    for (let position = 0; position < entry.length; position++) {
      const flipped = Uint8Array.from(entry);
      flipped[position] = (flipped[position] as number) ^ 0xff;
      const attempt = () => {
        return index === 0 ? verifyChain(hashing, [flipped]) : extendChain(hashing, start.account, flipped);
      };
      expect({ index, position, code: codeOf(attempt) }).not.toEqual({ index, position, code: undefined });
    }
  }
});

it("any bytes are refused as an entry", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(verify([bytes])).toBe("malformed");
    }),
  );
});

describe("deviceInEntry", () => {
  it("finds exactly the devices that the entry stated", () => {
    fc.assert(
      fc.property(history, ({ account }) => {
        const everybody = new Set(account.history.flatMap(({ devices }) => devices));
        for (const [seq, { hash, devices }] of account.history.entries()) {
          for (const device of everybody) {
            const found = deviceInEntry(account.history, device.deviceId, seq, hash);
            const isStated = devices.some(({ inboxId }) => Buffer.from(inboxId).equals(device.inboxId));
            expect(found?.sigKey).toEqual(isStated ? device.sigKey : undefined);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it("goes on to find a device that was revoked later", () => {
    const [first, second] = [numberedDevice(0), numberedDevice(1)];
    const start = newPerson([first, second]);
    const { history } = changed(
      start,
      devicesChange({ kind: "revoke", deviceId: second.deviceId }),
      first.signer,
    ).account;
    expect(deviceInEntry(history, second.deviceId, 0, start.account.head)?.sigKey).toEqual(second.claim.sigKey);
    expect(deviceInEntry(history, second.deviceId, 1, history[1]?.hash as Uint8Array)).toBeUndefined();
  });

  it("finds nothing by the hash of another entry, in an entry that is not there, or by half an id", () => {
    const device = numberedDevice(0);
    const { history, head } = newPerson([device]).account;
    expect(deviceInEntry(history, device.deviceId, 0, hashing.sha256(head))).toBeUndefined();
    for (const seq of [1, -1, 0.5, Number.NaN])
      expect(deviceInEntry(history, device.deviceId, seq, head)).toBeUndefined();
    expect(deviceInEntry(history, device.deviceId.subarray(0, 8), 0, head)).toBeUndefined();
    expect(deviceInEntry(history, device.deviceId, 0, head)).toBeDefined();
  });
});
