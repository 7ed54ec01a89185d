import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  anonymousOps,
  blobOps,
  commonCodes,
  errorMessage,
  eventMessage,
  limits,
  namedOps,
  ops,
  readEvent,
  readParams,
  readRequest,
  readResult,
  readServerMessage,
  relayErrors,
  requestMessage,
  resultMessage,
} from "./index.js";

const bytes = (length: number) => new Uint8Array(length);

describe("the catalogue", () => {
  it("has every code in use: common, or some operation's", () => {
    const used = new Set<string>([
      ...commonCodes,
      ...Object.values(ops).flatMap((op) => op.codes),
      ...Object.values(blobOps).flat(),
    ]);
    expect([...used].sort()).toEqual(Object.keys(relayErrors).sort());
  });

  it("gives the two sockets no operation in common", () => {
    expect(Object.keys(anonymousOps).filter((name) => name in namedOps)).toEqual([]);
    expect(Object.keys(ops)).toHaveLength(Object.keys(anonymousOps).length + Object.keys(namedOps).length);
  });
});

describe("messages", () => {
  it("of a client are read back", () => {
    const message = requestMessage(7, "unwatch", [bytes(32)]);
    expect(readRequest(message)).toEqual({ id: 7, op: "unwatch", params: [bytes(32)] });
  });

  it("of a relay are read back, each by its kind", () => {
    expect(readServerMessage(resultMessage(7, [1]))).toEqual({ kind: "result", id: 7, result: [1] });
    expect(readServerMessage(errorMessage(7, "rate-limited", 3))).toEqual({
      kind: "error",
      id: 7,
      code: "rate-limited",
      retryAfter: 3,
    });
    expect(readServerMessage(eventMessage("gone", [bytes(32)]))).toEqual({
      kind: "event",
      name: "gone",
      body: [bytes(32)],
    });
  });

  it.each([
    ["id 0", [0, "watch", []]],
    ["an id beyond 32 bits", [2 ** 32, "watch", []]],
    ["a fraction for an id", [1.5, "watch", []]],
    ["no parameters", [1, "watch"]],
    ["a fourth part", [1, "watch", [], 0].slice(0, 2)],
    ["an operation that is no string", [1, 2, []]],
    ["an operation's name beyond 64", [1, "x".repeat(65), []]],
    ["no array", "watch"],
    ["null", null],
  ])("that hold %s are no requests", (_name, value) => {
    expect(readRequest(value)).toBeUndefined();
  });

  it.each([[null], [[0, true, []]], [[1, false, ["code"]]], [[1, null, []]], [[0, "gone"]]])(
    "%j is nothing that a relay says",
    (value) => {
      expect(readServerMessage(value)).toBeUndefined();
    },
  );
});

describe("parameters", () => {
  it("are read by their operation's shape", () => {
    const params = [bytes(32), bytes(16), bytes(300), [bytes(32), 0, true, 7]];
    expect(readParams("append", params)).toEqual({ value: params });
    expect(readParams("append", [bytes(32), bytes(16), bytes(0), null])).toHaveProperty("value");
  });

  it("beyond a size limit are too large, of another shape malformed", () => {
    expect(readParams("append", [bytes(32), bytes(16), bytes(limits.entry + 1), null])).toEqual({
      refused: "too-large",
    });
    expect(readParams("post", [bytes(16), bytes(limits.inboxItem + 1), null, null])).toEqual({ refused: "too-large" });
    expect(readParams("append", [bytes(31), bytes(16), bytes(1), null])).toEqual({ refused: "malformed" });
    expect(readParams("append", [bytes(32), bytes(16), "text", null])).toEqual({ refused: "malformed" });
    expect(readParams("read", [bytes(32), 0, 1])).toEqual({ refused: "malformed" });
    expect(readParams("read", [bytes(32), 1, limits.itemsPerReply + 1])).toEqual({ refused: "malformed" });
    expect(readParams("watch", [bytes(32), 2 ** 53])).toEqual({ refused: "malformed" });
  });
});

describe("what is read without the schema", () => {
  const piece = fc.oneof(
    fc.constantFrom<unknown>(
      bytes(32),
      bytes(16),
      bytes(31),
      bytes(0),
      null,
      1,
      0,
      2 ** 32,
      0xffff_ffff,
      1.5,
      Number.NaN,
    ),
    fc.constantFrom<unknown>(
      "append",
      "x".repeat(64),
      "x".repeat(65),
      [],
      [null],
      [bytes(32), 0, true, 7],
      true,
      undefined,
    ),
    fc.constantFrom<unknown>(bytes(limits.entry), bytes(limits.entry + 1)),
  );
  const likely = fc.tuple(fc.constant(bytes(32)), fc.constant(bytes(16)), piece, piece);
  const list = fc.oneof(likely, fc.array(piece, { maxLength: 5 }), piece);

  it("is read as by the schema: parameters of an append", () => {
    fc.assert(
      fc.property(list, (params) => {
        const read = v.safeParse(ops.append.params, params, { abortEarly: true });
        const ours = readParams("append", params);
        expect("value" in ours).toBe(read.success);
        // Longer entries than fit into a comparison: the parts are the same objects.
        const [ourParts, theirParts]: (readonly unknown[])[] = [
          "value" in ours ? ours.value : [],
          read.success ? read.output : [],
        ];
        expect(ourParts?.map((part, i) => i === 3 || part === theirParts?.[i])).not.toContain(false);
      }),
      { numRuns: 300 },
    );
  });

  it("is read as by the schema: requests", () => {
    const frame = v.tuple([
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff)),
      v.pipe(v.string(), v.maxLength(64)),
      v.array(v.unknown()),
    ]);
    const request = fc.oneof(fc.tuple(piece, piece, piece), fc.array(piece, { maxLength: 5 }), piece);
    fc.assert(
      fc.property(request, (value) => {
        const read = v.safeParse(frame, value, { abortEarly: true });
        const [id, op, params] = read.success ? read.output : [];
        expect(readRequest(value)).toEqual(read.success ? { id, op, params } : undefined);
      }),
      { numRuns: 300 },
    );
  });
});

describe("results and events", () => {
  it("are read by their shape", () => {
    const result = [1, 2, [[1, bytes(16), bytes(5)]]];
    expect(readResult("read", result)).toEqual({ value: result });
    expect(readResult("read", [1, 2])).toEqual({ refused: "malformed" });
    expect(readEvent("hello", [1, bytes(32), bytes(16), 16])).toHaveProperty("value");
    expect(readEvent("hello", [2, bytes(32), bytes(16), 16])).toEqual({ refused: "malformed" });
    expect(readEvent("hello", [1, bytes(32), bytes(16), 25])).toEqual({ refused: "malformed" });
  });
});
