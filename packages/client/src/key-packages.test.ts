import fc from "fast-check";
import { expect, it } from "vitest";
import { keyPackageLifetime } from "./key-packages.js";

const day = 86_400_000;
const quarter = 90 * day;

it("gives key packages the lifetime of their quarter, whenever in it they are made", () => {
  const property = fc.property(fc.nat(1_000), fc.nat(quarter - 1), fc.nat(quarter - 1), (number, one, other) => {
    const begin = number * quarter;
    const lifetime = keyPackageLifetime(begin + one);
    expect(keyPackageLifetime(begin + other)).toEqual(lifetime);
    expect(Number(lifetime.notBefore) * 1000).toBe(begin - day);
    expect(Number(lifetime.notAfter) * 1000).toBe(begin + quarter + 9 * day);
    // What clients accept at most: 100 days.
    expect(lifetime.notAfter - lifetime.notBefore).toBe(8_640_000n);
  });
  fc.assert(property);
});
