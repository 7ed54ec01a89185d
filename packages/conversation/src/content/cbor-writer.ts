import { concatBytes, utf8 } from "@redoubt/base";
import { compareEncodings, demand, major } from "./cbor-reader.js";

const loneSurrogate = /\p{Surrogate}/u;

/** The head of an item in its shortest form (RFC 8949 §3). */
function head(type: number, argument: bigint): Uint8Array {
  const [size, info] =
    argument < 24n
      ? [0, 0]
      : argument < 0x100n
        ? [1, 24]
        : argument < 0x10000n
          ? [2, 25]
          : argument < 1n << 32n
            ? [4, 26]
            : [8, 27];
  const bytes = new Uint8Array(1 + size);
  bytes[0] = (type << 5) | (size === 0 ? Number(argument) : info);
  for (let i = 0; i < size; i++) bytes[size - i] = Number((argument >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

/** Encodings of single items. @throws ConversationError `malformed` for values that have none */
export const cbor = {
  /** @param most the largest value that the field takes */
  uint(value: number | bigint, most: number | bigint): Uint8Array {
    demand(typeof value === "bigint" || Number.isSafeInteger(value), "no integer");
    demand(value >= 0 && value <= most, "an integer out of range");
    return head(major.uint, BigInt(value));
  },

  /** @param length in bytes, if it is fixed */
  bytes(value: Uint8Array, length?: number): Uint8Array {
    demand(length === undefined || value.length === length, "a byte string of another length");
    return concatBytes(head(major.bytes, BigInt(value.length)), value);
  },

  text(value: string): Uint8Array {
    demand(!loneSurrogate.test(value), "text with a lone surrogate");
    const bytes = utf8(value);
    return concatBytes(head(major.text, BigInt(bytes.length)), bytes);
  },

  bool(value: boolean): Uint8Array {
    return Uint8Array.of(value ? 0xf5 : 0xf4);
  },

  /** A map's key. */
  key(value: number | string): Uint8Array {
    if (typeof value === "string") return cbor.text(value);
    demand(Number.isSafeInteger(value), "a key beyond 2^53-1");
    return value < 0 ? head(major.negint, -1n - BigInt(value)) : head(major.uint, BigInt(value));
  },

  /** Null for what is left out. */
  optional<T>(value: T | undefined, encode: (value: T) => Uint8Array): Uint8Array {
    return value === undefined ? Uint8Array.of(0xf6) : encode(value);
  },

  array(...items: readonly Uint8Array[]): Uint8Array {
    return concatBytes(head(major.array, BigInt(items.length)), ...items);
  },

  /** @param pairs encoded keys and values; they are put in order */
  map(pairs: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array {
    const sorted = pairs.toSorted(([a], [b]) => compareEncodings(a, b));
    return concatBytes(head(major.map, BigInt(pairs.length)), ...sorted.flat());
  },
};
