import { fromUtf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";

/** Major types of CBOR (RFC 8949 §3.1). */
export const major = { uint: 0, negint: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/** The one NaN that §6.2 of mimi-content allows, in half precision. */
const canonicalNaN = 0x7e00n;

interface Head {
  readonly type: number;
  /** The low five bits of the first byte. */
  readonly info: number;
  readonly argument: bigint;
}

/** @throws ConversationError `malformed` unless the condition holds */
export function demand(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new ConversationError("malformed", detail);
}

/**
 * Reads deterministic CBOR (RFC 8949 §4.2.1) item by item, and refuses any other encoding of the same values. Unlike
 * base's codec it passes by items of any kind, tags and floats included: extensions of mimi-content may hold them, and
 * are kept as they are.
 *
 * @throws ConversationError `malformed` from every method
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slices would share its memory.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isDone(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** An unsigned integer of at most `most`. */
  uint(most: number): number {
    const value = this.uint64();
    demand(value <= most, "an integer is too large");
    return Number(value);
  }

  uint64(): bigint {
    return this.#expect(major.uint).argument;
  }

  /** A byte string, copied; of exactly `length` bytes if that is given. */
  bytes(length?: number): Uint8Array {
    const { argument } = this.#expect(major.bytes);
    demand(length === undefined || argument === BigInt(length), "a byte string of another length");
    return this.#take(argument);
  }

  text(): string {
    const text = fromUtf8(this.#take(this.#expect(major.text).argument));
    demand(text !== undefined, "text that is no UTF-8");
    return text;
  }

  /** @returns how many items follow */
  array(): number {
    return this.#count(this.#expect(major.array));
  }

  /** @returns how many keys and values follow */
  map(): number {
    return this.#count(this.#expect(major.map));
  }

  bool(): boolean {
    const { info } = this.#expect(major.simple);
    demand(info === 20 || info === 21, "neither true nor false");
    return info === 21;
  }

  /** `undefined` for null, else what `read` gives. */
  optional<T>(read: () => T): T | undefined {
    if (this.#bytes[this.#offset] !== 0xf6) return read();
    this.#offset++;
    return undefined;
  }

  /** The encoding of what `read` reads. */
  encodingOf(read: () => void): Uint8Array {
    const start = this.#offset;
    read();
    return this.#bytes.slice(start, this.#offset);
  }

  /** A map's key: an integer that is a safe one, or text, or, within extensions' values, a byte string. */
  key(): number | string | Uint8Array {
    const type = (this.#bytes[this.#offset] ?? 0xff) >> 5;
    if (type === major.bytes) return this.bytes();
    if (type === major.text) return this.text();
    const { argument } = this.#head();
    demand(type === major.uint || type === major.negint, "a key that is no integer, text or byte string");
    const value = type === major.uint ? argument : -1n - argument;
    demand(value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER, "a key beyond 2^53-1");
    return Number(value);
  }

  /**
   * Passes by one item of any kind.
   *
   * @param depth how many arrays, maps and tags may stand within each other
   */
  skip(depth: number): void {
    const { type, info, argument } = this.#head();
    if (type === major.bytes) this.#take(argument);
    else if (type === major.text) demand(fromUtf8(this.#take(argument)) !== undefined, "text that is no UTF-8");
    else if (type === major.simple) this.#checkSimple(info, argument);
    else if (type > major.text) {
      demand(depth > 0, "nested too deep");
      if (type === major.tag) this.skip(depth - 1);
      else if (type === major.array) this.#repeat(argument, () => this.skip(depth - 1));
      else this.eachKey(this.#limit(argument), () => this.skip(depth - 1));
    }
  }

  /** Reads `count` pairs of a map; their keys ascend by their encodings. */
  eachKey(count: number, readValue: (key: number | string | Uint8Array) => void): void {
    let last: Uint8Array | undefined;
    for (let i = 0; i < count; i++) {
      let key: number | string | Uint8Array = 0;
      const encoding = this.encodingOf(() => {
        key = this.key();
      });
      demand(last === undefined || compareEncodings(last, encoding) < 0, "keys that repeat or are not in order");
      last = encoding;
      readValue(key);
    }
  }

  #expect(type: number): Head {
    const head = this.#head();
    demand(head.type === type, "an item of another type");
    return head;
  }

  #head(): Head {
    const first = this.#bytes[this.#take1()] as number;
    const [type, info] = [first >> 5, first & 31];
    demand(info < 28, "a length that is indefinite or reserved");
    if (info < 24) return { type, info, argument: BigInt(info) };
    const size = 2 ** (info - 24);
    demand(this.#bytes.length - this.#offset >= size, "the input ends early");
    let argument = 0n;
    for (let i = 0; i < size; i++) argument = (argument << 8n) | BigInt(this.#bytes[this.#offset++] as number);
    // Floats are judged by their values; simple values in two bytes are those from 32 on.
    const least = size === 1 ? (type === major.simple ? 32n : 24n) : 1n << BigInt(size * 4);
    demand((type === major.simple && size > 1) || argument >= least, "not the shortest form");
    return { type, info, argument };
  }

  #checkSimple(info: number, argument: bigint): void {
    if (info < 25) return;
    const size = 2 ** (info - 24);
    const at = this.#offset - size;
    if (info === 25) {
      const isNumber = (argument & 0x7c00n) !== 0x7c00n || (argument & 0x3ffn) === 0n;
      demand(isNumber || argument === canonicalNaN, "a NaN that is not the one");
      return;
    }
    const value = info === 26 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
    const isShortest = info === 26 ? !isHalf(value) : Math.fround(value) !== value;
    demand(!Number.isNaN(value) && isShortest, "a float that is not in its shortest form");
  }

  #repeat(argument: bigint, read: () => void): void {
    const count = this.#limit(argument);
    for (let i = 0; i < count; i++) read();
  }

  #count(head: Head): number {
    return this.#limit(head.argument);
  }

  /** An item takes a byte at least. */
  #limit(argument: bigint): number {
    demand(argument <= this.#bytes.length - this.#offset, "the input ends early");
    return Number(argument);
  }

  #take1(): number {
    demand(!this.isDone, "the input ends early");
    return this.#offset++;
  }

  #take(argument: bigint): Uint8Array {
    const length = this.#limit(argument);
    this.#offset += length;
    return this.#bytes.slice(this.#offset - length, this.#offset);
  }
}

/** Whether a number that is no NaN is one of half precision (IEEE 754 binary16). */
function isHalf(value: number): boolean {
  const size = Math.abs(value);
  if (size === 0 || size === Number.POSITIVE_INFINITY) return true;
  if (size > 65_504) return false;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  return Number.isInteger(size / 2 ** (exponent - 10));
}

/** Bytewise lexicographic order (RFC 8949 §4.2.1): negative when `a` comes first. */
export function compareEncodings(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
