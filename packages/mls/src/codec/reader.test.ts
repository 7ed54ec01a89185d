import { describe, expect, it } from "vitest";
import { decode, Reader } from "./reader.js";
import { encode, Writer } from "./writer.js";

const malformed = expect.objectContaining({ code: "malformed" });
const anyLength = 2 ** 30;

describe("length prefixes", () => {
  it.each([
    [0, "00"],
    [63, "3f"],
    [64, "4040"],
    [16_383, "7fff"],
    [16_384, "80004000"],
  ])("of %i bytes are %s, and back", (length, prefix) => {
    const written = new Writer().opaque(new Uint8Array(length).fill(7)).finish();
    expect(Buffer.from(written.subarray(0, prefix.length / 2)).toString("hex")).toBe(prefix);
    expect(written).toHaveLength(prefix.length / 2 + length);
    expect(decode(written, (reader) => reader.opaque(anyLength))).toHaveLength(length);
    const list = new Writer().vector(new Uint8Array(length), (w, byte) => w.u8(byte)).finish();
    expect(decode(list, (reader) => reader.vector(anyLength, (r) => r.u8()))).toHaveLength(length);
  });

  it.each([
    ["63 in two bytes", [0x40, 63]],
    ["0 in two bytes", [0x40, 0]],
    ["16,383 in four bytes", [0x80, 0, 0x3f, 0xff]],
    ["0 in four bytes", [0x80, 0, 0, 0]],
    ["a reserved prefix", [0xc0, 0, 0, 0, 0, 0, 0, 0]],
    ["a reserved prefix of ones", [0xff]],
  ])("are refused whatever follows: %s", (_, bytes) => {
    const reader = new Reader(Uint8Array.from([...bytes, ...new Uint8Array(20_000)]));
    expect(() => reader.length(anyLength)).toThrow(malformed);
  });

  it.each([
    ["half a prefix", [0x40]],
    ["three quarters of a prefix", [0x80, 0, 0x40]],
    ["nothing at all", []],
  ])("are refused when the input ends: %s", (_, bytes) => {
    expect(() => new Reader(Uint8Array.from(bytes)).length(anyLength)).toThrow(malformed);
  });

  it("are refused above the limit and above what is there", () => {
    const input = new Writer().opaque(new Uint8Array(100)).finish();
    expect(() => new Reader(input).opaque(99)).toThrow(malformed);
    expect(new Reader(input).opaque(100)).toHaveLength(100);
    expect(() => new Reader(input.subarray(0, 101)).opaque(100)).toThrow(malformed);
  });

  it("do not reach beyond the vector they stand in", () => {
    // A vector of three bytes, in which a string of three bytes begins.
    const input = Uint8Array.of(3, 3, 1, 1, 1);
    expect(() => decode(input, (reader) => reader.vector(anyLength, (r) => r.opaque(anyLength)))).toThrow(malformed);
  });
});

describe("a reader", () => {
  it("reads numbers of every width, unsigned", () => {
    const bytes = new Writer()
      .u8(255)
      .u16(65_535)
      .u32(0xffffffff)
      .u64(2n ** 64n - 1n)
      .finish();
    expect(bytes).toEqual(new Uint8Array(15).fill(255));
    const read = decode(bytes, (r) => [r.u8(), r.u16(), r.u32(), r.u64()]);
    expect(read).toEqual([255, 65_535, 0xffffffff, 2n ** 64n - 1n]);
  });

  it("refuses an optional that is neither absent nor present", () => {
    expect(decode(Uint8Array.of(0), (r) => r.optional((x) => x.u8()))).toBeUndefined();
    expect(decode(Uint8Array.of(1, 5), (r) => r.optional((x) => x.u8()))).toBe(5);
    expect(() => decode(Uint8Array.of(2, 5), (r) => r.optional((x) => x.u8()))).toThrow(malformed);
  });

  it("refuses what is left over, and what is missing", () => {
    expect(() => decode(Uint8Array.of(1, 2), (r) => r.u8())).toThrow(malformed);
    expect(() => decode(Uint8Array.of(1), (r) => r.u16())).toThrow(malformed);
    expect(() => decode(Uint8Array.of(1), (r) => r.bytes(2))).toThrow(malformed);
  });

  it("gives copies that do not share the input's memory", () => {
    const input = Uint8Array.of(2, 8, 9);
    const read = decode(input, (r) => r.opaque(2));
    input.fill(0);
    expect(read).toEqual(Uint8Array.of(8, 9));
    expect(read.buffer.byteLength).toBe(2);
  });
});

describe("a writer", () => {
  it("grows past any first size, nested vectors and all", () => {
    const rows = Array.from({ length: 40 }, (_, i) => new Uint8Array(i * 30).fill(i));
    const bytes = encode(rows, (writer, all) => writer.vector(all, (w, row) => w.opaque(row)));
    expect(decode(bytes, (reader) => reader.vector(anyLength, (r) => r.opaque(anyLength)))).toEqual(rows);
  });
});
