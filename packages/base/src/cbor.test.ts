import { decode, encode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CborError, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return error instanceof CborError ? error.code : `not a CborError: ${error}`;
  }
  return "accepted";
};

const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 300 }),
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie("value"), { maxLength: 5, depthIdentifier: "cbor" }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.integer()), tie("value")), { maxLength: 4, selector: ([k]) => k })
      .map((entries) => new Map(entries)),
  ),
}));
const shallow = anyValue.filter((value) => codeOf(() => encodeCbor(value)) === "accepted");

describe("encoding", () => {
  it.each([
    ["00", 0],
    ["1903e8", 1000],
    ["1b001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["3b001ffffffffffffe", Number.MIN_SAFE_INTEGER],
    ["00", -0],
    ["83010203", [1, 2, 3]],
    ["62c3bc", "ü"],
    ["f6", null],
    ["f5", true],
    ["4401020304", Uint8Array.of(1, 2, 3, 4)],
  ] as const)("%s as in RFC 8949 appendix A", (expected, value) => {
    expect(encodeCbor(value)).toEqual(hex(expected));
  });

  it("sorts map keys by their encoded bytes, whatever order they came in", () => {
    const sorted = hex("a5" + "0a01" + "186402" + "2003" + "617a04" + "62616105");
    const entries: [number | string, number][] = [
      ["aa", 5],
      ["z", 4],
      [-1, 3],
      [100, 2],
      [10, 1],
    ];
    expect(encodeCbor(new Map(entries))).toEqual(sorted);
    expect(decodeCbor(sorted)).toEqual(new Map(entries));
  });

  it.each([
    ["a fraction", 1.5],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["an unsafe integer", 2 ** 53],
    ["a lone surrogate", "\ud800"],
    ["undefined", undefined],
    ["a bigint", 1n],
    ["a plain object", { a: 1 }],
    ["undefined within an array", [undefined]],
    ["a map with a boolean key", new Map([[true, 1]])],
    ["a function", () => 1],
  ])("refuses %s", (_name, value) => {
    expect(codeOf(() => encodeCbor(value as CborValue))).toBe("unencodable");
  });
});

describe("decoding", () => {
  it("reads what was encoded, and shares no memory with it", () => {
    fc.assert(
      fc.property(shallow, (value) => {
        const bytes = encodeCbor(value);
        const read = decodeCbor(bytes);
        expect(encodeCbor(read)).toEqual(bytes);
        bytes.fill(0xff);
        expect(encodeCbor(read)).toEqual(encodeCbor(value));
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["a longer form of 0", "1800"],
    ["a longer length of a byte string", "580101"],
    ["an indefinite array", "9f01ff"],
    ["an indefinite byte string", "5f4101ff"],
    ["a break", "ff"],
    ["half-precision 1.0", "f93c00"],
    ["double-precision 1.5", "fb3ff8000000000000"],
    ["NaN", "f97e00"],
    ["undefined", "f7"],
    ["a simple value", "f0"],
    ["a tag", "c001"],
    ["an array short of an item", "8201"],
    ["something left over", "0000"],
    ["an integer above 2^53-1", "1b0020000000000000"],
    ["an integer below -(2^53-1)", "3b001fffffffffffff"],
    ["a repeated key", "a201010102"],
    ["unsorted keys", "a202000100"],
    ["a key that is an array", "a1810100"],
    ["ill-formed UTF-8", "61ff"],
    ["a surrogate in UTF-8", "63eda080"],
    ["a longer form of UTF-8", "62c080"],
    ["a longer length of an ASCII string", "780161"],
    ["ill-formed UTF-8 in a longer text", `7821${"61".repeat(32)}c3`],
    ["a length beyond the input", "5b7fffffffffffffff"],
    ["an array length beyond the input", "9affffffff"],
  ])("refuses %s", (_name, input) => {
    expect(codeOf(() => decodeCbor(hex(input)))).toBe("malformed");
  });

  it.each([["64efbbbf20"], [`7823efbbbf${"61".repeat(32)}`]])("keeps the byte-order mark of %s", (input) => {
    expect(encodeCbor(decodeCbor(hex(input)))).toEqual(hex(input));
  });

  it("takes nesting up to 16, and refuses 17 and 100,000 alike", () => {
    const nested = (depth: number) => {
      const bytes = new Uint8Array(depth + 1).fill(0x81);
      bytes[depth] = 0;
      return bytes;
    };
    expect(encodeCbor(decodeCbor(nested(16)))).toEqual(nested(16));
    expect(codeOf(() => decodeCbor(nested(17)))).toBe("malformed");
    expect(codeOf(() => decodeCbor(nested(100_000)))).toBe("malformed");
    let value: CborValue = 0;
    for (let depth = 0; depth < 17; depth++) value = [value];
    expect(codeOf(() => encodeCbor(value))).toBe("unencodable");
  });

  it("counts depth by what is open, not by what was seen", () => {
    const wide: CborValue = Array.from({ length: 100 }, () => [[], [1], new Map([[1, []]])]);
    expect(decodeCbor(encodeCbor(wide))).toEqual(wide);
  });

  it("holds to the limit it is given", () => {
    expect(decodeCbor(hex("420102"), { maxBytes: 3 })).toEqual(Uint8Array.of(1, 2));
    expect(codeOf(() => decodeCbor(hex("420102"), { maxBytes: 2 }))).toBe("malformed");
  });

  it("of any bytes gives a refusal, or a value that encodes back to the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), shallow, fc.nat(), fc.nat(255), (random, value, at, byte) => {
        const mutated = encodeCbor(value);
        mutated[at % mutated.length] = byte;
        for (const bytes of [random, mutated]) {
          let read: CborValue;
          try {
            read = decodeCbor(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(CborError);
            continue;
          }
          expect(encodeCbor(read)).toEqual(bytes);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads from a view into a larger buffer, a Node Buffer included", () => {
    const whole = Buffer.from("ff420102ff", "hex");
    const read = decodeCbor(whole.subarray(1, 4));
    expect(read).toEqual(Uint8Array.of(1, 2));
    expect(Buffer.isBuffer(read)).toBe(false);
  });
});

/** What another implementation makes of bytes: the value, if they are the one encoding of one that we can say. */
function readByCborg(bytes: Uint8Array): CborValue | undefined {
  try {
    const value = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      useMaps: true,
      rejectDuplicateMapKeys: true,
    }) as CborValue;
    return Buffer.compare(encodeCbor(value), bytes) === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

const readByUs = (bytes: Uint8Array): CborValue | undefined => {
  try {
    return decodeCbor(bytes);
  } catch {
    return undefined;
  }
};

describe("beside another implementation", () => {
  it("every value is encoded alike", () => {
    fc.assert(
      fc.property(shallow, (value) => {
        expect(encodeCbor(value)).toEqual(Uint8Array.from(encode(value, rfc8949EncodeOptions)));
      }),
      { numRuns: 500 },
    );
  });

  it("the same bytes are read, as the same values", () => {
    // It drops byte-order marks.
    const withoutMark = (value: CborValue) => !JSON.stringify(value, spread).includes("\ufeff");
    fc.assert(
      fc.property(
        shallow.filter(withoutMark),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        (value, flips) => {
          const bytes = encodeCbor(value);
          for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
          const theirs = readByCborg(bytes);
          const ours = readByUs(bytes);
          if (ours !== undefined && !withoutMark(ours)) return;
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

function spread(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
