import { emptyBytes } from "@redoubt/base";
import { MlsError } from "../error.js";

/**
 * Strict decoding of the presentation language of RFC 9420 §2.1. Reads never leave the input, length prefixes are
 * minimal and limited, and every byte string is copied out, so that no decoded value keeps its input alive.
 *
 * @throws MlsError `malformed` from every method, for input that ends early or is not canonical
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  /** Bytes read so far, from the start of the underlying array. */
  get offset(): number {
    return this.#offset;
  }

  get isDone(): boolean {
    return this.#offset === this.#end;
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#end - start) throw new MlsError("malformed", "the input ends early");
    this.#offset = start + length;
    return start;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  u16(): number {
    const at = this.#take(2);
    return ((this.#bytes[at] as number) << 8) | (this.#bytes[at + 1] as number);
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  /** A variable-size vector's length (§2.1.2): the QUIC encoding, 30 bits at most, minimal. */
  length(limit: number): number {
    const first = this.u8();
    const prefix = first >> 6;
    let length = first & 0x3f;
    if (prefix === 3) throw new MlsError("malformed", "a length prefix is reserved");
    if (prefix === 1) {
      length = length * 0x100 + this.u8();
      if (length < 0x40) throw new MlsError("malformed", "a length prefix is not minimal");
    } else if (prefix === 2) {
      length = (length * 0x100 + this.u8()) * 0x10000 + this.u16();
      if (length < 0x4000) throw new MlsError("malformed", "a length prefix is not minimal");
    }
    if (length > limit) throw new MlsError("malformed", "a field is too long");
    if (length > this.#end - this.#offset) throw new MlsError("malformed", "the input ends early");
    return length;
  }

  /** `opaque x[length]`. */
  bytes(length: number): Uint8Array {
    // A message may be full of empty strings: they share one object.
    if (length === 0) return emptyBytes;
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  /** `opaque x<V>` of at most `limit` bytes. */
  opaque(limit: number): Uint8Array {
    return this.bytes(this.length(limit));
  }

  /** `T x<V>` of at most `limit` bytes; each item is read by `item`, which consumes at least one byte. */
  vector<T>(limit: number, item: (reader: Reader) => T): T[] {
    const length = this.length(limit);
    const inner = new Reader(this.#bytes, this.#offset, this.#offset + length);
    const items: T[] = [];
    while (!inner.isDone) items.push(item(inner));
    this.#offset += length;
    return items;
  }

  /** `optional<T>` (§2.1.1). */
  optional<T>(value: (reader: Reader) => T): T | undefined {
    const present = this.u8();
    if (present > 1) throw new MlsError("malformed", "an optional is neither absent nor present");
    return present === 1 ? value(this) : undefined;
  }

  /** The bytes between an earlier `offset` and this one. */
  since(offset: number): Uint8Array {
    return this.#bytes.slice(offset, this.#offset);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes(this.#end - this.#offset);
  }

  finish(): void {
    if (!this.isDone) throw new MlsError("malformed", "bytes are left over");
  }
}

/** Decodes the whole of `bytes` as one value. @throws MlsError `malformed` */
export function decode<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
  const reader = new Reader(bytes);
  const value = read(reader);
  reader.finish();
  return value;
}
