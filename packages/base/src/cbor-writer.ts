import { CborError, type CborMap, type CborValue, compareKeys, major, maxDepth, simple } from "./cbor-value.js";

const utf8Encoder = new TextEncoder();

/**
 * How many bytes the one encoding of a value takes.
 *
 * @throws CborError `unencodable`
 */
export function sizeOfCbor(value: CborValue): number {
  return sizeOf(value, 0);
}

/**
 * Writes a value of which `sizeOfCbor` gave a size.
 *
 * @param target has room for that many bytes from `at` on
 * @returns where it ended
 */
export function writeCbor(value: CborValue, target: Uint8Array, at: number): number {
  if (typeof value === "number") {
    return value < 0 ? writeHead(major.negative, -1 - value, target, at) : writeHead(major.unsigned, value, target, at);
  }
  if (typeof value === "string") return writeText(value, target, at);
  if (value === null || typeof value === "boolean") {
    target[at] = value === null ? simple.null : value ? simple.true : simple.false;
    return at + 1;
  }
  if (value instanceof Uint8Array) {
    const start = writeHead(major.bytes, value.length, target, at);
    target.set(value, start);
    return start + value.length;
  }
  if (value instanceof Map) return writeMap(value, target, at);
  const items = value as readonly CborValue[];
  let next = writeHead(major.array, items.length, target, at);
  for (const item of items) next = writeCbor(item, target, next);
  return next;
}

function sizeOf(value: CborValue, depth: number): number {
  switch (typeof value) {
    case "number":
      if (!Number.isSafeInteger(value)) throw new CborError("unencodable", "a number that is not a safe integer");
      return headSize(value < 0 ? -1 - value : value);
    case "string": {
      const length = utf8Length(value);
      return headSize(length) + length;
    }
    case "boolean":
      return 1;
    case "object":
      if (value === null) return 1;
      if (value instanceof Uint8Array) return headSize(value.length) + value.length;
      if (depth === maxDepth) throw new CborError("unencodable", `deeper than ${maxDepth}`);
      if (value instanceof Map) return sizeOfMap(value, depth);
      if (Array.isArray(value)) return sizeOfArray(value, depth);
      throw new CborError("unencodable", "an object that is no array, map or byte string");
    default:
      throw new CborError("unencodable", typeof value);
  }
}

function sizeOfArray(items: readonly CborValue[], depth: number): number {
  let size = headSize(items.length);
  for (const item of items) size += sizeOf(item, depth + 1);
  return size;
}

function sizeOfMap(map: CborMap, depth: number): number {
  let size = headSize(map.size);
  for (const [key, item] of map) {
    if (typeof key !== "number" && typeof key !== "string") throw new CborError("unencodable", "a key of that type");
    size += sizeOf(key, depth + 1) + sizeOf(item, depth + 1);
  }
  return size;
}

function headSize(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x1_0000) return 3;
  return argument < 0x1_0000_0000 ? 5 : 9;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else {
      // A pair is two units and four bytes.
      const low = text.charCodeAt(i + 1);
      if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) throw new CborError("unencodable", "a lone surrogate");
      length += 2;
      i += 1;
    }
  }
  return length;
}

function writeHead(type: number, argument: number, target: Uint8Array, at: number): number {
  const size = headSize(argument);
  if (size === 1) {
    target[at] = type | argument;
    return at + 1;
  }
  target[at] = type | (size === 2 ? 24 : size === 3 ? 25 : size === 5 ? 26 : 27);
  let rest = argument;
  for (let i = at + size - 1; i > at; i--) {
    target[i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  return at + size;
}

function writeText(text: string, target: Uint8Array, at: number): number {
  const length = utf8Length(text);
  const start = writeHead(major.text, length, target, at);
  if (length === text.length) {
    for (let i = 0; i < length; i++) target[start + i] = text.charCodeAt(i);
  } else utf8Encoder.encodeInto(text, target.subarray(start));
  return start + length;
}

function writeMap(map: CborMap, target: Uint8Array, at: number): number {
  const encoded = [...map].map(([key, item]) => {
    const bytes = new Uint8Array(sizeOfCbor(key));
    writeCbor(key, bytes, 0);
    return { bytes, item };
  });
  encoded.sort((a, b) => compareKeys(a.bytes, b.bytes));
  let next = writeHead(major.map, map.size, target, at);
  for (const { bytes, item } of encoded) {
    target.set(bytes, next);
    next = writeCbor(item, target, next + bytes.length);
  }
  return next;
}
