import { concatBytes } from "@redoubt/base";
import type { Chance } from "./chance.js";

/** Bytes that lengths, types and ends are made of. */
const telling = [0x00, 0x01, 0x17, 0x18, 0x1b, 0x3f, 0x40, 0x5f, 0x7f, 0x80, 0x9b, 0x9f, 0xbf, 0xc0, 0xf6, 0xfb, 0xff];
const longest = 64 * 1024;

/** Bytes like these, with one to four things wrong. @param others what pieces may be taken from */
export function mutateBytes(chance: Chance, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let changed = bytes;
  for (let count = 1 + chance.below(4); count > 0; count--) changed = mutateOnce(chance, changed, others);
  return changed;
}

function mutateOnce(chance: Chance, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const at = chance.below(bytes.length);
  const end = Math.min(bytes.length, at + 1 + chance.below(16));
  const before = bytes.subarray(0, at);
  switch (chance.below(8)) {
    case 0:
      return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << chance.below(8)));
    case 1:
      return withByte(bytes, at, chance.pick(telling));
    case 2:
      return before.slice();
    case 3:
      return concatBytes(before, bytes.subarray(end));
    case 4:
      return concatBytes(before, chance.bytes(1 + chance.below(9)), bytes.subarray(at));
    case 5:
      return concatBytes(before, bytes.subarray(at, end), bytes.subarray(at)).subarray(0, longest);
    case 6: {
      const other = others.length === 0 ? bytes : chance.pick(others);
      return concatBytes(before, other.subarray(chance.below(other.length))).subarray(0, longest);
    }
    default:
      return chance.bytes(chance.below(64));
  }
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = bytes.slice();
  if (at < changed.length) changed[at] = value;
  return changed;
}
