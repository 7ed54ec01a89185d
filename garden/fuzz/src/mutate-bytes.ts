import { concatBytes } from "@redoubt/base";
import type { Dice } from "./dice.js";

/** Bytes at which formats turn: signs, lengths, the heads of CBOR. */
const turning = [0, 1, 0x17, 0x18, 0x1f, 0x20, 0x3f, 0x40, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xf6, 0xf7, 0xfb, 0xfe, 0xff];

type Change = (dice: Dice, bytes: Uint8Array) => Uint8Array;

const changes: readonly Change[] = [
  function flipBit(dice, bytes) {
    const at = dice.below(bytes.length);
    return bytes.map((byte, index) => (index === at ? byte ^ (1 << dice.below(8)) : byte));
  },
  function setByte(dice, bytes) {
    return bytes.with(dice.below(bytes.length), dice.pick(turning));
  },
  function truncate(dice, bytes) {
    return bytes.slice(0, dice.below(bytes.length));
  },
  function append(dice, bytes) {
    return concatBytes(bytes, dice.bytes(1 + dice.below(16)));
  },
  function remove(dice, bytes) {
    const from = dice.below(bytes.length);
    return concatBytes(bytes.subarray(0, from), bytes.subarray(from + 1 + dice.below(8)));
  },
  function insert(dice, bytes) {
    const at = dice.below(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), dice.bytes(1 + dice.below(8)), bytes.subarray(at));
  },
  function repeat(dice, bytes) {
    const from = dice.below(bytes.length);
    const piece = bytes.subarray(from, from + 1 + dice.below(32));
    return concatBytes(bytes.subarray(0, from), piece, piece, bytes.subarray(from));
  },
  function number(dice, bytes) {
    // A Buffer's slice would share its memory.
    const changed = new Uint8Array(bytes);
    const width = dice.pick([1, 2, 4, 8]);
    const at = dice.below(bytes.length);
    const values = [0n, 1n, 0x7fffn, 0xffff_ffffn, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n];
    const value = dice.pick(values);
    for (let i = 0; i < width && at + i < changed.length; i++) {
      changed[at + i] = Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn);
    }
    return changed;
  },
];

/** Changes bytes in one to four places. */
export function mutateBytes(dice: Dice, bytes: Uint8Array): Uint8Array {
  let changed = bytes;
  const times = 1 + (dice.oneIn(2) ? 0 : dice.below(4));
  for (let i = 0; i < times; i++) changed = changed.length === 0 ? dice.bytes(4) : dice.pick(changes)(dice, changed);
  return changed;
}
