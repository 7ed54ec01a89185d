import { expect, it } from "vitest";
import { createPooledRandom } from "./random-pool.js";

/** A source of the bytes 1, 2, 3, … (never 0), and the arrays it filled. */
function createCounter() {
  const filled: Uint8Array[] = [];
  let next = 0;
  const random = createPooledRandom((bytes) => {
    filled.push(bytes);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (next++ % 255) + 1;
  });
  return { random, filled };
}

it("gives the bytes of the source in their order, none twice, and keeps none", () => {
  const { random, filled } = createCounter();
  expect([...random(3), ...random(2)]).toEqual([1, 2, 3, 4, 5]);
  expect(filled).toHaveLength(1);
  const pool = filled[0] as Uint8Array;
  expect([...pool.subarray(0, 7)]).toEqual([0, 0, 0, 0, 0, 6, 7]);
});

it("fills the pool anew when too little is left", () => {
  const { random, filled } = createCounter();
  for (let i = 0; i < 16; i++) random(256);
  expect(filled).toHaveLength(1);
  expect(random(1)).toEqual(Uint8Array.of((4096 % 255) + 1));
  expect(filled).toHaveLength(2);
});

it("draws long ones around the pool, in pieces that the source may be asked for", () => {
  const { random, filled } = createCounter();
  const bytes = random(150_000);
  expect(filled.map((piece) => piece.length)).toEqual([65536, 65536, 18928]);
  expect(bytes.includes(0)).toBe(false);
});
