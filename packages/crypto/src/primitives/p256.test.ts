import { p256 } from "@noble/curves/nist.js";
import { expect, it } from "vitest";
import { checkP256Scalar, generateP256Scalar, isP256Point, isP256Scalar } from "./p256.js";

const order = new Uint8Array(Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex"));
const one = new Uint8Array(32).with(31, 1);
const largest = order.with(31, 0x50);

it("takes the points that noble makes and no neighbour of theirs", () => {
  for (let i = 1; i <= 20; i++) {
    const point = p256.getPublicKey(new Uint8Array(32).fill(i), false);
    expect(isP256Point(point)).toBe(true);
    for (const index of [0, 1, 32, 33, 64]) {
      expect(isP256Point(point.with(index, (point[index] as number) ^ 1))).toBe(false);
    }
  }
});

it("takes the scalars from 1 to the order less 1", () => {
  expect([one, largest].map(isP256Scalar)).toEqual([true, true]);
  const wrong = [new Uint8Array(32), order, new Uint8Array(32).fill(0xff), one.slice(1), new Uint8Array(33).fill(1)];
  for (const bytes of wrong) {
    expect(isP256Scalar(bytes)).toBe(false);
    expect(() => checkP256Scalar(bytes)).toThrow(expect.objectContaining({ code: "bad-key" }));
  }
});

it("draws again what is no scalar", () => {
  const draws = [new Uint8Array(32), order, largest, one];
  expect(generateP256Scalar(() => draws.shift() as Uint8Array)).toEqual(largest);
  expect(draws).toEqual([one]);
});
