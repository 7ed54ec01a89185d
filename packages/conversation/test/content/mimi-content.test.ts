import { utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeMimiContent,
  encodeMimiContent,
  type MimiContent,
  maxMimiContent,
} from "../../src/content/mimi-content.js";
import { maxPartDepth, maxParts, type NestedPart } from "../../src/content/part.js";
import { textMessage } from "../../src/content/text.js";
import { ConversationError } from "../../src/error.js";
import { contentsOf } from "./contents.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
const plain: MimiContent = textMessage(() => new Uint8Array(16).fill(7), "hello");

/** The code of the ConversationError that `work` throws, or "accepted". */
function outcome(work: () => unknown): string {
  try {
    work();
    return "accepted";
  } catch (error) {
    if (error instanceof ConversationError) return error.code;
    throw error;
  }
}

const contents = contentsOf();

describe("any message", () => {
  it("decodes to itself, in one encoding", () => {
    fc.assert(
      fc.property(contents, (content) => {
        const encoded = encodeMimiContent(content);
        const decoded = decodeMimiContent(encoded);
        expect({ ...decoded, extensions: undefined }).toEqual({ ...content, extensions: undefined });
        expect(new Map(decoded.extensions)).toEqual(new Map(content.extensions));
        expect(encodeMimiContent(decoded)).toEqual(encoded);
      }),
    );
  });

  it("that is changed anywhere is refused, or encodes back to what it is then", () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, at, change) => {
        const encoded = encodeMimiContent(content);
        encoded[at % encoded.length] = (encoded[at % encoded.length] as number) ^ change;
        const result = outcome(() => expect(encodeMimiContent(decodeMimiContent(encoded))).toEqual(encoded));
        expect(["accepted", "malformed"]).toContain(result);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that is cut or lengthened is refused", () => {
    fc.assert(
      fc.property(contents, fc.nat(), (content, at) => {
        const encoded = encodeMimiContent(content);
        expect(outcome(() => decodeMimiContent(encoded.subarray(0, at % encoded.length)))).toBe("malformed");
        expect(outcome(() => decodeMimiContent(Uint8Array.of(...encoded, 0)))).toBe("malformed");
      }),
    );
  });

  it("shares no memory with the bytes it was read from", () => {
    const encoded = Buffer.from(encodeMimiContent(plain));
    const decoded = decodeMimiContent(encoded);
    encoded.fill(0);
    expect(decoded).toEqual(plain);
  });
});

it("hostile bytes never throw anything but malformed", () => {
  const prefix = fc.constantFrom(
    "87",
    `8750${"07".repeat(16)}`,
    `8750${"07".repeat(16)}f640f6f6`,
    "9b7fffffffffffffff",
  );
  fc.assert(
    fc.property(prefix, fc.uint8Array({ maxLength: 200 }), (beginning, rest) => {
      const input = Uint8Array.of(...hex(beginning), ...rest);
      expect(["accepted", "malformed"]).toContain(outcome(() => decodeMimiContent(input)));
    }),
    { numRuns: 3_000 },
  );
});

/** A message of which the map of extensions and the body are given as hexadecimal. */
function raw(extensions: string, body = "83016000"): Uint8Array {
  return hex(`87 50${"07".repeat(16)} f6 40 f6 f6 ${extensions} ${body}`);
}

describe("encodings that are not the one of their value are refused:", () => {
  it.each([
    ["an array of indefinite length", "a0", "9f016000ff"],
    ["a length longer than needed", "a0", "8318016000"],
    ["text that is no UTF-8", "a0", "830162c08000"],
    ["keys out of order", "a2 0301 0201"],
    ["a repeated key", "a2 0301 0301"],
    ["an integer key after text", "a2 6161 01 03 01"],
    ["a float that a shorter one says", "a1 03 fa3f800000"],
    ["a double that a single says", "a1 03 fb3ff0000000000000"],
    ["a NaN with a payload", "a1 03 f97e01"],
    ["a NaN in single precision", "a1 03 fa7fc00000"],
    ["an infinity in single precision", "a1 03 fa7f800000"],
    ["a simple value in two bytes that fits in one", "a1 03 f814"],
    ["a reserved head", "a1 03 1c"],
    ["a byte string of indefinite length", "a1 03 5f4101ff"],
  ] as [string, string, string?][])("%s", (_, extensions, body) => {
    expect(outcome(() => decodeMimiContent(raw(extensions, body)))).toBe("malformed");
  });
});

describe("extensions", () => {
  it.each([
    ["none", "a0"],
    ["a tagged value", "a1 03 d82063612f62"],
    ["floats in their shortest forms", "a1 03 84 f93c00 fa3f8ccccd fb3ff199999999999a f97e00"],
    ["a half below the normal ones", "a1 03 f90001"],
    ["undefined and simple values", "a1 03 83 f7 e0 f820"],
    ["a map with keys of every kind", "a1 03 a3 01 01 4101 02 6161 03"],
    ["four levels, the map of extensions included", "a1 03 81 81 d820 6161"],
    ["names of our own", "a3 03 01 20 01 6161 01"],
  ])("may hold %s, and are kept", (_, extensions) => {
    const bytes = raw(extensions);
    expect(encodeMimiContent(decodeMimiContent(bytes))).toEqual(bytes);
  });

  it.each([
    ["five levels", "a1 03 81 81 81 d820 6161"],
    ["the reserved name 0", "a1 00 01"],
    ["an empty name", "a1 60 01"],
    ["a name of 256 bytes", `a1 790100 ${"61".repeat(256)} 01`],
    ["a name that is a byte string", "a1 4101 01"],
    ["a name beyond 2^53-1", "a1 1b0020000000000000 01"],
    ["a sender's URI that is no text", "a1 01 4161"],
    ["a value of more than 4,096 bytes", `a1 03 591001 ${"00".repeat(4097)}`],
    ["a key within a value that is an array", "a1 03 a1 80 01"],
  ])("may not hold %s", (_, extensions) => {
    expect(outcome(() => decodeMimiContent(raw(extensions)))).toBe("malformed");
  });

  it("to be written must be whole items under names", () => {
    const write = (key: number | string, item: Uint8Array) =>
      outcome(() => encodeMimiContent({ ...plain, extensions: new Map([[key, item]]) }));
    expect(write(3, hex("01"))).toBe("accepted");
    expect(write(3, hex("0101"))).toBe("malformed");
    expect(write(3, hex(""))).toBe("malformed");
    expect(write(0, hex("01"))).toBe("malformed");
    expect(write(0.5, hex("01"))).toBe("malformed");
    expect(write("", hex("01"))).toBe("malformed");
    expect(write(1, hex("01"))).toBe("malformed");
    expect(write("\ud800", hex("01"))).toBe("malformed");
  });
});

describe("limits", () => {
  const nothing: NestedPart = { kind: "null", disposition: 1, language: "" };
  const multi = (inner: readonly NestedPart[]): NestedPart => {
    return { kind: "multi", disposition: 1, language: "", semantics: "processAll", parts: inner };
  };
  const nested = (depth: number): NestedPart => (depth === 1 ? nothing : multi([nothing, nested(depth - 1)]));
  const encoded = (body: NestedPart) => outcome(() => encodeMimiContent({ ...plain, body }));

  it("four levels of parts, in reading and writing", () => {
    expect(encoded(nested(maxPartDepth))).toBe("accepted");
    expect(encoded(nested(maxPartDepth + 1))).toBe("malformed");
    const deep = (levels: number): string => (levels === 1 ? "83016000" : `8501600302 82 83016000 ${deep(levels - 1)}`);
    expect(outcome(() => decodeMimiContent(raw("a0", deep(4))))).toBe("accepted");
    expect(outcome(() => decodeMimiContent(raw("a0", deep(5))))).toBe("malformed");
  });

  it("as many parts as a message may have, in reading and writing", () => {
    const of = (count: number) => multi(Array.from({ length: count - 1 }, () => nothing));
    expect(encoded(of(maxParts))).toBe("accepted");
    expect(encoded(of(maxParts + 1))).toBe("malformed");
    const wide = (count: number) => `8501600302 99${count.toString(16).padStart(4, "0")} ${"83016000".repeat(count)}`;
    expect(outcome(() => decodeMimiContent(raw("a0", wide(maxParts))))).toBe("malformed");
  });

  it("two parts at least within a part", () => {
    expect(encoded(multi([nothing]))).toBe("malformed");
    expect(outcome(() => decodeMimiContent(raw("a0", "8501600302 81 83016000")))).toBe("malformed");
  });

  it("of the fields", () => {
    const write = (changes: Partial<MimiContent>) => outcome(() => encodeMimiContent({ ...plain, ...changes }));
    expect(write({ salt: new Uint8Array(15) })).toBe("malformed");
    expect(write({ replaces: new Uint8Array(31) })).toBe("malformed");
    expect(write({ inReplyTo: new Uint8Array(33) })).toBe("malformed");
    expect(write({ expires: { relative: true, time: 2 ** 32 } })).toBe("malformed");
    expect(write({ expires: { relative: true, time: 0.5 } })).toBe("malformed");
    expect(write({ body: { ...nothing, disposition: 256 } })).toBe("malformed");
    expect(write({ body: { ...nothing, language: "\ud800" } })).toBe("malformed");
    expect(outcome(() => decodeMimiContent(raw("a0", "83190100 60 00")))).toBe("malformed");
    expect(outcome(() => decodeMimiContent(raw("a0", "8301 60 04")))).toBe("malformed");
    expect(outcome(() => decodeMimiContent(raw("a0", "8401 60 00 00")))).toBe("malformed");
  });

  it("of the whole", () => {
    const contentOf = (length: number): MimiContent => {
      const body = {
        kind: "single" as const,
        disposition: 1,
        language: "",
        contentType: "",
        content: utf8("a".repeat(length)),
      };
      return { ...plain, body };
    };
    const overhead = encodeMimiContent(contentOf(100_000)).length - 100_000;
    const largest = encodeMimiContent(contentOf(maxMimiContent - overhead));
    expect(largest).toHaveLength(maxMimiContent);
    expect(outcome(() => decodeMimiContent(largest))).toBe("accepted");
    expect(outcome(() => encodeMimiContent(contentOf(maxMimiContent - overhead + 1)))).toBe("too-long");
    expect(outcome(() => decodeMimiContent(new Uint8Array(maxMimiContent + 1)))).toBe("malformed");
  });
});
