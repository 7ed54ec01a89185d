import fc from "fast-check";
import { expect, it } from "vitest";
import { fromBase64url, toBase64url } from "./index.js";

it("bytes are written as base64url, and read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
});

it("one text stands for each value: all others are refused", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (text) => {
      const bytes = fromBase64url(text);
      if (bytes !== undefined) expect(toBase64url(bytes)).toBe(text);
    }),
  );
  for (const text of ["A", "AB", "AA=", "AA==", "A+", "A/", "AAB", "AAAAA", " AAA", "ÄAAA", "A\u0000"]) {
    expect({ text, bytes: fromBase64url(text) }).toEqual({ text, bytes: undefined });
  }
});
