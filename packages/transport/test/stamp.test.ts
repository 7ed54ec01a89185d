import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { solveStamp } from "../src/stamp.js";

const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash("sha256").update(bytes).digest());
const schedule = (_milliseconds: number, run: () => void) => {
  const timer = setImmediate(run);
  return () => clearImmediate(timer);
};

/** The hash that a relay looks at, written out by the contract. */
const judged = (salt: Uint8Array, context: Uint8Array, stamp: Uint8Array) => {
  const hash = sha256(Buffer.concat([Buffer.from("redoubt/stamp/v1"), salt, context, stamp]));
  return [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
};

it("has as many zero bits as are asked for", async () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  await fc.assert(
    fc.asyncProperty(bytes(16), bytes(32), fc.nat(11), async (salt, context, bits) => {
      const stamp = await solveStamp({ sha256, clock: Date.now, schedule }, { salt, bits, context }, () => true);
      expect(stamp).toHaveLength(8);
      expect(judged(salt, context, stamp as Uint8Array).startsWith("0".repeat(bits))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it("lets others run every 12 ms, by the clock", async () => {
  let now = 0;
  let hashes = 0;
  const longest = { hashes: 0, slices: 0 };
  // A millisecond for every 100 hashes.
  const counted = (bytes: Uint8Array) => {
    hashes += 1;
    if (hashes % 100 === 0) now += 1;
    return sha256(bytes);
  };
  const counting: typeof schedule = (milliseconds, run) => {
    longest.hashes = Math.max(longest.hashes, hashes);
    longest.slices += 1;
    hashes = 0;
    return schedule(milliseconds, run);
  };
  const puzzle = { salt: new Uint8Array(16), bits: 24, context: new Uint8Array(32) };
  await solveStamp({ sha256: counted, clock: () => now, schedule: counting }, puzzle, () => longest.slices < 20);
  expect(longest.slices).toBe(20);
  expect(longest.hashes).toBeLessThanOrEqual(1_300);
});

it.each([
  ["stands still", () => 0],
  ["runs backwards", descending()],
])("lets others run, and comes to an end, with a clock that %s", async (_name, clock) => {
  const puzzle = { salt: new Uint8Array(16), bits: 12, context: new Uint8Array(32) };
  expect(await solveStamp({ sha256, clock, schedule }, puzzle, () => true)).toHaveLength(8);
});

it("ends without a stamp when it is no longer wanted", async () => {
  const puzzle = { salt: new Uint8Array(16), bits: 24, context: new Uint8Array(32) };
  let asked = 0;
  const isWanted = () => asked++ < 3;
  expect(await solveStamp({ sha256, clock: Date.now, schedule }, puzzle, isWanted)).toBeUndefined();
});

function descending(): () => number {
  let now = 1_000;
  return () => {
    now -= 1;
    return now;
  };
}
