import fc from "fast-check";
import { expect, it } from "vitest";
import { codeOf } from "../test/code-of.js";
import { hashing } from "../test/node-hashing.js";
import { safetyNumber } from "./safety-number.js";

const accountId = fc.uint8Array({ minLength: 32, maxLength: 32 });

it("is 60 digits in 12 groups, the same from both sides", () => {
  fc.assert(
    fc.property(accountId, accountId, (a, b) => {
      const number = safetyNumber(hashing, a, b);
      expect(number).toMatch(/^\d{5}( \d{5}){11}$/);
      expect(safetyNumber(hashing, b, a)).toBe(number);
    }),
    { numRuns: 3 },
  );
});

it("differs for a pair of which one side differs by a bit", () => {
  fc.assert(
    fc.property(accountId, accountId, fc.nat(255), (a, b, bit) => {
      const other = Uint8Array.from(b);
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(safetyNumber(hashing, a, other)).not.toBe(safetyNumber(hashing, a, b));
    }),
    { numRuns: 3 },
  );
});

it("costs 5,200 hashes of at most 96 bytes a side", () => {
  const lengths: number[] = [];
  const sha512 = (bytes: Uint8Array) => {
    lengths.push(bytes.length);
    return hashing.sha512(bytes);
  };
  safetyNumber({ sha512 }, new Uint8Array(32), new Uint8Array(32).fill(1));
  expect(lengths).toHaveLength(2 * 5_200);
  expect(Math.max(...lengths)).toBe(96);
});

it("refuses what is no account id", () => {
  const id = new Uint8Array(32);
  expect(codeOf(() => safetyNumber(hashing, id.subarray(1), id))).toBe("bad-account-id");
  expect(codeOf(() => safetyNumber(hashing, id, new Uint8Array(33)))).toBe("bad-account-id");
});
