/** Wiped buffers of finished writers: allocating and zeroing one costs more than most encodings. */
const spares: Uint8Array[] = [];
const spareLength = 2048;
const maxSpares = 8;
const finished = new Uint8Array(0);

function release(buffer: Uint8Array, used: number): void {
  buffer.fill(0, 0, used);
  if (buffer.length === spareLength && spares.length < maxSpares) spares.push(buffer);
}

/** Encoding in the presentation language of RFC 9420 §2.1, into one growing buffer. */
export class Writer {
  #buffer: Uint8Array;
  #length = 0;

  /** @param capacity bytes to start with, if it is known that there will be many */
  constructor(capacity = 0) {
    this.#buffer = (capacity <= spareLength && spares.pop()) || new Uint8Array(Math.max(capacity, spareLength));
  }

  #grow(extra: number): number {
    const start = this.#length;
    const needed = start + extra;
    if (needed > this.#buffer.length) {
      if (this.#buffer === finished) throw new Error("the writer is finished");
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, start));
      // What is left behind may hold secrets.
      release(this.#buffer, start);
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

  /** The encoding, in a fresh array. The writer's buffer is wiped, and the writer is of no more use. */
  finish(): Uint8Array {
    const buffer = this.#buffer;
    const encoded = buffer.slice(0, this.#length);
    release(buffer, this.#length);
    this.#buffer = finished;
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
