import fc from "fast-check";
import { expect, it } from "vitest";
import { asSecret, wipe } from "./secret.js";

it("asSecret hands over the very same array", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(asSecret(bytes)).toBe(bytes);
});

it("wipe zeroes every array it is given, in place", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { maxLength: 4 }), (secrets) => {
      wipe(...secrets);
      expect(secrets.every((secret) => secret.every((byte) => byte === 0))).toBe(true);
    }),
  );
});

it("wipe through a view leaves the bytes beside it alone", () => {
  const whole = Uint8Array.of(1, 2, 3, 4, 5);
  wipe(whole.subarray(1, 4));
  expect(whole).toEqual(Uint8Array.of(1, 0, 0, 0, 5));
});
