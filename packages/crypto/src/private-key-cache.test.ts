import { wipe } from "@redoubt/base";
import { expect, it } from "vitest";
import { CryptoError } from "./crypto-error.js";
import { PrivateKeyCache } from "./private-key-cache.js";

function createCache() {
  const log: string[] = [];
  const cache = new PrivateKeyCache(
    4,
    (key) => {
      log.push(`expand ${key.join()}`);
      return Uint8Array.from(key, (byte) => byte + 1);
    },
    (expanded) => {
      wipe(expanded);
      log.push("dispose");
    },
  );
  return { cache, log };
}

it("expands a key once, and an equal key in another array again", () => {
  const { cache, log } = createCache();
  const key = Uint8Array.of(1, 2, 3, 4);
  expect(cache.get(key)).toBe(cache.get(key));
  expect(cache.get(key.slice())).not.toBe(cache.get(key));
  expect(log).toEqual(["expand 1,2,3,4", "expand 1,2,3,4"]);
});

it("refuses a wiped key, drops its entry and disposes of it once", () => {
  const { cache, log } = createCache();
  const key = Uint8Array.of(1, 2, 3, 4);
  const expanded = cache.get(key);
  wipe(key);
  expect(() => cache.get(key)).toThrow(expect.objectContaining({ code: "bad-key" }));
  expect(() => cache.get(key)).toThrow(CryptoError);
  expect(expanded).toEqual(new Uint8Array(4));
  expect(log).toEqual(["expand 1,2,3,4", "dispose"]);
});

it.each([0, 3, 5])("refuses a key of %i bytes", (length) => {
  const { cache, log } = createCache();
  expect(() => cache.get(new Uint8Array(length).fill(1))).toThrow(expect.objectContaining({ code: "bad-key" }));
  expect(log).toEqual([]);
});
