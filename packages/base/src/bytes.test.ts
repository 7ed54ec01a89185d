import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesKey, concatBytes, emptyBytes, equalBytes, fromUtf8, toHex, utf8 } from "./bytes.js";

const bytes = () => fc.uint8Array({ maxLength: 64 });
const scalarValue = () => fc.oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ max: 0x10ffff, min: 0xe000 }));

describe("concatBytes", () => {
  it("joins any parts in order, and slices out to the same parts", () => {
    fc.assert(
      fc.property(fc.array(bytes(), { maxLength: 8 }), (parts) => {
        const joined = concatBytes(...parts);
        expect([...joined]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  it("gives a fresh array, even for a single part", () => {
    const part = Uint8Array.of(1, 2, 3);
    const joined = concatBytes(part);
    joined[0] = 9;
    expect(part).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("gives the empty byte string for no parts", () => {
    expect(concatBytes()).toEqual(emptyBytes);
    expect(emptyBytes).toHaveLength(0);
  });

  it("reads views at their own offset", () => {
    const whole = Uint8Array.of(0, 1, 2, 3, 4);
    expect(concatBytes(whole.subarray(1, 3), whole.subarray(4))).toEqual(Uint8Array.of(1, 2, 4));
  });
});

describe("equalBytes", () => {
  it("holds for equal contents in different buffers", () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(equalBytes(value, Uint8Array.from(value))).toBe(true);
      }),
    );
  });

  it("fails for a flip of any one bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), fc.nat(7), (value, position, bit) => {
        const other = Uint8Array.from(value);
        const index = position % other.length;
        other[index] = (other[index] as number) ^ (1 << bit);
        expect(equalBytes(value, other)).toBe(false);
      }),
    );
  });

  it("fails for a proper prefix, on either side", () => {
    const value = Uint8Array.of(1, 2, 3);
    expect(equalBytes(value, value.subarray(0, 2))).toBe(false);
    expect(equalBytes(value.subarray(0, 2), value)).toBe(false);
    expect(equalBytes(emptyBytes, value)).toBe(false);
  });
});

describe("toHex", () => {
  it("writes two lower-case digits a byte", () => {
    expect(toHex(Uint8Array.of(0x00, 0x0f, 0x10, 0xab, 0xff))).toBe("000f10abff");
    expect(toHex(emptyBytes)).toBe("");
  });

  it("agrees with the platform for any bytes", () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString("hex"));
      }),
    );
  });
});

describe("utf8", () => {
  it("encodes any well-formed string so that a strict decoder reads it back", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.array(scalarValue()), (scalarValues) => {
        const text = String.fromCodePoint(...scalarValues);
        expect(decoder.decode(utf8(text))).toBe(text);
      }),
    );
  });

  it("encodes labels byte by byte", () => {
    expect(utf8("MLS 1.0 ")).toEqual(Uint8Array.of(0x4d, 0x4c, 0x53, 0x20, 0x31, 0x2e, 0x30, 0x20));
    expect(utf8("ü€")).toEqual(Uint8Array.of(0xc3, 0xbc, 0xe2, 0x82, 0xac));
  });
});

describe("fromUtf8", () => {
  it("reads back any well-formed string, a byte order mark included", () => {
    fc.assert(
      fc.property(fc.array(scalarValue()), (scalarValues) => {
        const text = String.fromCodePoint(...scalarValues);
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
    );
    expect(fromUtf8(utf8("\ufeffa"))).toBe("\ufeffa");
  });

  it("has no string for bytes that are none", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(fromUtf8(Uint8Array.from(bytes))).toBeUndefined();
    }
  });
});

describe("bytesKey", () => {
  it("is equal exactly where the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3, max: 2 }), fc.uint8Array({ maxLength: 3, max: 2 }), (a, b) => {
        expect(bytesKey(a) === bytesKey(b)).toBe(equalBytes(a, b));
      }),
    );
  });

  it("has one code unit a byte, whatever the length", () => {
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(Array.from(bytesKey(value), (unit) => unit.charCodeAt(0))).toEqual([...value]);
      }),
    );
  });

  it("keeps every byte of a string longer than one call can take", () => {
    const long = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const key = bytesKey(long);
    expect(key).toHaveLength(long.length);
    expect([0, 4_095, 4_096, 299_999].map((index) => key.charCodeAt(index))).toEqual(
      [0, 4_095, 4_096, 299_999].map((index) => long[index]),
    );
  });
});
