import { describe, expect, it } from "vitest";
import { greaseValue, isGrease } from "./capabilities.js";

/** RFC 9420 §13.5. */
const values = [
  0x0a0a, 0x1a1a, 0x2a2a, 0x3a3a, 0x4a4a, 0x5a5a, 0x6a6a, 0x7a7a, 0x8a8a, 0x9a9a, 0xaaaa, 0xbaba, 0xcaca, 0xdada,
  0xeaea,
];

describe("GREASE values", () => {
  it("are the fifteen of the RFC, and no other", () => {
    const all = Array.from({ length: 0x10000 }, (_, value) => value).filter(isGrease);
    expect(all).toEqual(values);
  });

  it("are all drawn", () => {
    const drawn = Array.from({ length: 256 }, (_, byte) => greaseValue(() => Uint8Array.of(byte)));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual(values);
  });
});
