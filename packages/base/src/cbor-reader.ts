import { fromUtf8 } from "./bytes.js";
import { CborError, type CborMap, type CborValue, compareKeys, major, maxDepth, simple } from "./cbor-value.js";

/** Up to this length, ASCII is cheaper to read unit by unit than through a decoder. */
const shortText = 64;

/** Reads values from the front of bytes; each in its one encoding, or not at all. */
export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /**
   * Reads the next value.
   *
   * @param depth arrays and maps around it
   * @throws CborError `malformed`
   */
  read(depth = 0): CborValue {
    const first = this.#bytes[this.#at];
    if (first === undefined) throw new CborError("malformed", "ends early");
    switch (first & 0xe0) {
      case major.unsigned:
        return this.#argument();
      case major.negative:
        return this.#negative();
      case major.bytes:
        return this.#take(this.#argument()).slice();
      case major.text:
        return this.#text();
      case major.array:
        return this.#array(depth);
      case major.map:
        return this.#map(depth);
      default:
        return this.#simple(first);
    }
  }

  /** The argument of the head that is next (RFC 8949 §3), in the shortest form that holds it. */
  #argument(): number {
    const short = (this.#bytes[this.#at] as number) & 0x1f;
    this.#at += 1;
    if (short < 24) return short;
    if (short > 27) throw new CborError("malformed", "has no definite length");
    const size = 1 << (short - 24);
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new CborError("malformed", "ends early");
    let value = 0;
    while (this.#at < end) value = value * 0x100 + (this.#bytes[this.#at++] as number);
    const least = size === 1 ? 24 : 2 ** (size * 4);
    if (value < least) throw new CborError("malformed", "has a longer form than it needs");
    if (value > Number.MAX_SAFE_INTEGER) throw new CborError("malformed", "holds an unsafe integer");
    return value;
  }

  #negative(): number {
    const value = -1 - this.#argument();
    if (!Number.isSafeInteger(value)) throw new CborError("malformed", "holds an unsafe integer");
    return value;
  }

  /** The next bytes, as a view. */
  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new CborError("malformed", "ends early");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #text(): string {
    const bytes = this.#take(this.#argument());
    if (bytes.length <= shortText) {
      let text = "";
      for (let i = 0; i < bytes.length && (bytes[i] as number) < 0x80; i++) {
        text += String.fromCharCode(bytes[i] as number);
      }
      if (text.length === bytes.length) return text;
    }
    const text = fromUtf8(bytes);
    if (text === undefined) throw new CborError("malformed", "holds ill-formed UTF-8");
    return text;
  }

  /** How many items follow, of at least a byte each: what is not there takes no memory. */
  #count(depth: number, bytesEach: number): number {
    if (depth === maxDepth) throw new CborError("malformed", `deeper than ${maxDepth}`);
    const count = this.#argument();
    if (count * bytesEach > this.#bytes.length - this.#at) throw new CborError("malformed", "ends early");
    return count;
  }

  #array(depth: number): CborValue[] {
    const count = this.#count(depth, 1);
    const items: CborValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.read(depth + 1));
    return items;
  }

  #map(depth: number): CborMap {
    const count = this.#count(depth, 2);
    const map = new Map<number | string, CborValue>();
    let before: Uint8Array | undefined;
    for (let i = 0; i < count; i++) {
      const start = this.#at;
      const key = this.read(depth + 1);
      if (typeof key !== "number" && typeof key !== "string") throw new CborError("malformed", "a key of that type");
      const bytes = this.#bytes.subarray(start, this.#at);
      if (before !== undefined && compareKeys(before, bytes) >= 0) throw new CborError("malformed", "unsorted keys");
      before = bytes;
      map.set(key, this.read(depth + 1));
    }
    return map;
  }

  #simple(first: number): boolean | null {
    this.#at += 1;
    switch (first) {
      case simple.false:
        return false;
      case simple.true:
        return true;
      case simple.null:
        return null;
      default:
        throw new CborError("malformed", "holds a float, a tag or a simple value");
    }
  }
}
