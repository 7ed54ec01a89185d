/** Encoding in the presentation language of RFC 9420 §2.1, into one growing buffer. */
export class Writer {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
  }

  #grow(extra: number): number {
    const start = this.#length;
    const needed = start + extra;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, start));
      // What is left behind may hold secrets.
      this.#buffer.fill(0);
      this.#buffer = larger;
    }
    this.#length = needed;
    return start;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#buffer[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#buffer[at] = value >>> 8;
    this.#buffer[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  u64(value: bigint): this {
    return this.u32(Number(value >> 32n)).u32(Number(value & 0xffffffffn));
  }

  /** `opaque x[n]`. */
  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  #lengthPrefix(at: number, length: number): void {
    const buffer = this.#buffer;
    if (length < 0x40) buffer[at] = length;
    else if (length < 0x4000) {
      buffer[at] = 0x40 | (length >> 8);
      buffer[at + 1] = length;
    } else {
      buffer[at] = 0x80 | (length >> 24);
      buffer[at + 1] = length >> 16;
      buffer[at + 2] = length >> 8;
      buffer[at + 3] = length;
    }
  }

  /** `opaque x<V>`. */
  opaque(value: Uint8Array): this {
    const at = this.#grow(prefixLength(value.length));
    this.#lengthPrefix(at, value.length);
    return this.bytes(value);
  }

  /** `T x<V>`, each item written by `item`. */
  vector<T>(items: Iterable<T>, item: (writer: Writer, value: T) => void): this {
    const start = this.#length;
    for (const value of items) item(this, value);
    const length = this.#length - start;
    const prefix = prefixLength(length);
    this.#grow(prefix);
    this.#buffer.copyWithin(start + prefix, start, start + length);
    this.#lengthPrefix(start, length);
    return this;
  }

  /** `optional<T>` (§2.1.1). */
  optional<T>(value: T | undefined, write: (writer: Writer, value: T) => void): this {
    if (value === undefined) return this.u8(0);
    this.u8(1);
    write(this, value);
    return this;
  }

  /** The encoding so far, in a fresh array; the writer is emptied, and its buffer wiped. */
  finish(): Uint8Array {
    const encoded = this.#buffer.slice(0, this.#length);
    this.#buffer.fill(0, 0, this.#length);
    this.#length = 0;
    return encoded;
  }
}

function prefixLength(length: number): number {
  if (length < 0x40) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x40000000) return 4;
  throw new RangeError("a vector is longer than 2^30 - 1 bytes");
}

/** The encoding of one value. */
export function encode<T>(value: T, write: (writer: Writer, value: T) => void): Uint8Array {
  const writer = new Writer();
  write(writer, value);
  return writer.finish();
}
