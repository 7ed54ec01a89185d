import fc from "fast-check";
import { Reader } from "../../src/codec/reader.js";

/** One change to an encoding, as plain data. Positions and values are taken modulo what there is. */
export interface Mutation {
  readonly kind: "flip" | "set" | "insert" | "delete" | "truncate" | "splice" | "length" | "resize";
  readonly at: number;
  readonly value: number;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Mutation["kind"]>(
      "flip",
      "set",
      "insert",
      "delete",
      "truncate",
      "splice",
      "length",
      "length",
      "resize",
      "resize",
    ),
    at: fc.nat(),
    value: fc.nat(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** A valid encoding, and where its length prefixes stand. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly prefixes: readonly number[];
}

/** Finds the length prefixes of a valid encoding by watching a decoder read them. */
export function sampleOf(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): Sample {
  const prefixes: number[] = [];
  const { length } = Reader.prototype;
  Reader.prototype.length = function (limit) {
    prefixes.push(this.offset);
    return length.call(this, limit);
  };
  try {
    decode(bytes);
  } finally {
    Reader.prototype.length = length;
  }
  return { bytes, prefixes: prefixes.filter((at) => at < bytes.length) };
}

/** Lengths at the edges of the encoding, and beyond every limit. */
const lengths = [0, 1, 31, 32, 33, 63, 64, 255, 256, 0x3fff, 0x4000, 0xffff, 0x100000, 0x3fffffff];

/** `length` as a prefix, in the `form` (1, 2 or 4 bytes) that is asked for, minimal or not. */
function prefix(length: number, form: 1 | 2 | 4): Uint8Array {
  if (form === 1) return Uint8Array.of(length & 0x3f);
  if (form === 2) return Uint8Array.of(0x40 | ((length >> 8) & 0x3f), length);
  return Uint8Array.of(0x80 | ((length >> 24) & 0x3f), length >> 16, length >> 8, length);
}

function minimalForm(length: number): 1 | 2 | 4 {
  return length < 0x40 ? 1 : length < 0x4000 ? 2 : 4;
}

function replace(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, from), ...by, ...bytes.subarray(to)]);
}

/** Where the prefix at `at` ends, and the length that it names. */
function prefixAt(bytes: Uint8Array, at: number): { readonly end: number; readonly length: number } {
  const form = 1 << ((bytes[at] ?? 0) >> 6);
  let length = (bytes[at] ?? 0) & 0x3f;
  for (let i = 1; i < form; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return { end: Math.min(bytes.length, at + form), length };
}

/** Applies mutations in turn. @param donor bytes that a splice takes from */
export function mutate({ bytes, prefixes }: Sample, list: readonly Mutation[], donor: Uint8Array): Uint8Array {
  return list.reduce((current, mutation) => mutateOnce(current, prefixes, mutation, donor), bytes);
}

function mutateOnce(
  bytes: Uint8Array,
  prefixes: readonly number[],
  { kind, at, value }: Mutation,
  donor: Uint8Array,
): Uint8Array {
  const position = at % (bytes.length + 1);
  const some = 1 + (value % 40);
  switch (kind) {
    case "flip":
      return bytes.map((byte, i) => (i === position ? byte ^ (1 << (value % 8)) : byte));
    case "set":
      return bytes.map((byte, i) => (i === position ? [0, 1, 2, 3, 0x3f, 0x7f, 0xc0, 0xff][value % 8]! : byte));
    case "insert":
      return replace(bytes, position, position, new Uint8Array(some).fill(value));
    case "delete":
      return replace(bytes, position, position + some, new Uint8Array(0));
    case "truncate":
      return bytes.slice(0, position);
    case "splice": {
      const from = value % (donor.length + 1);
      return replace(bytes, position, position + some, donor.subarray(from, from + 2 * some));
    }
    case "length": {
      if (prefixes.length === 0) return bytes;
      const start = prefixes[at % prefixes.length]!;
      const { end, length } = prefixAt(bytes, start);
      const wanted = value % 3 === 0 ? length + (value % 5) - 2 : lengths[value % lengths.length]!;
      const form = value % 7 === 0 ? ([1, 2, 4] as const)[value % 3]! : minimalForm(Math.max(0, wanted));
      return replace(bytes, start, end, prefix(Math.max(0, wanted), form));
    }
    case "resize": {
      // A field of another length whose own prefix is right: those above it may be right by chance.
      if (prefixes.length === 0) return bytes;
      const start = prefixes[at % prefixes.length]!;
      const { end, length } = prefixAt(bytes, start);
      const wanted = value % 2 === 0 ? 0 : some;
      const field = new Uint8Array(wanted).fill(value);
      field.set(bytes.subarray(end, end + Math.min(length, wanted)));
      const head = prefix(wanted, minimalForm(wanted));
      return replace(bytes, start, end + length, Uint8Array.from([...head, ...field]));
    }
  }
}
