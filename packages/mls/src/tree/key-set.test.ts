import { describe, expect, it } from "vitest";
import { KeySet } from "./key-set.js";

/** A key that counts how often its bytes are read. */
function counted(bytes: Uint8Array, reads: { count: number }): Uint8Array {
  return new Proxy(bytes, {
    get(target, property) {
      reads.count++;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Keys of 32 bytes that differ in their last four alone. */
function alike(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const key = new Uint8Array(32).fill(9);
    new DataView(key.buffer).setUint32(28, i);
    return key;
  });
}

describe("a set of keys", () => {
  it("has what was added, once", () => {
    const keys = [...alike(40), new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(1, 0), new Uint8Array(1216)];
    const set = new KeySet();
    for (const key of keys) {
      expect(set.has(key)).toBe(false);
      expect(set.add(key)).toBe(true);
    }
    for (const key of keys) {
      expect(set.has(key.slice())).toBe(true);
      expect(set.add(key.slice())).toBe(false);
    }
    expect(set.has(new Uint8Array(32).fill(9))).toBe(false);
  });

  it("reads a bounded number of bytes a key, however the keys were chosen", () => {
    const readsFor = (count: number) => {
      const reads = { count: 0 };
      const set = new KeySet();
      for (const key of alike(count)) set.add(counted(key, reads));
      return reads.count;
    };
    expect(readsFor(400) / readsFor(200)).toBeLessThan(2.2);
  });
});
