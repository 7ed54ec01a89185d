import { type CborValue, concatBytes, emptyBytes, encodeCbor, utf8 } from "@redoubt/base";
import type { Dice } from "./dice.js";

const texts = ["", "a", "lookup", "__proto__", "constructor", "toString", "\u0000", "é", "\u202e", "x".repeat(33)];
const numbers = [0, 1, -1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)];
const lengths = [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 300];

/** Any value that our CBOR can say, of at most `depth` levels. */
export function anyValue(dice: Dice, depth = 3): CborValue {
  const kind = dice.below(depth > 0 ? 8 : 6);
  if (kind === 0) return dice.pick(numbers);
  if (kind === 1) return dice.below(1000);
  if (kind === 2) return dice.pick(texts);
  if (kind === 3) return dice.bytes(dice.pick(lengths));
  if (kind === 4) return dice.pick([true, false, null]);
  if (kind === 5) return utf8(dice.pick(texts));
  const items = Array.from({ length: dice.below(5) }, () => anyValue(dice, depth - 1));
  if (kind === 6) return items;
  return new Map(items.map((item, index) => [dice.oneIn(2) ? index : dice.pick(texts), item]));
}

/** Another value of nearly the same shape. */
export function mutateValue(dice: Dice, value: CborValue): CborValue {
  if (dice.oneIn(6)) return anyValue(dice);
  if (typeof value === "number") return dice.pick([...numbers, value + 1, value - 1, 2 * value].filter(isEncodable));
  if (typeof value === "string") return dice.pick([`${value}x`, value.slice(1), value.toUpperCase(), ...texts]);
  if (typeof value === "boolean") return !value;
  if (value === null) return anyValue(dice, 1);
  if (value instanceof Uint8Array) {
    if (dice.oneIn(2) && value.length > 0) return value.with(dice.below(value.length), dice.next() & 0xff);
    return dice.bytes(dice.pick([...lengths, value.length + 1, Math.max(0, value.length - 1)]));
  }
  if (value instanceof Map) return mutateValue(dice, [...value.values()]);
  return mutateList(dice, value as readonly CborValue[]);
}

function isEncodable(value: number): boolean {
  return Number.isSafeInteger(value);
}

function mutateList(dice: Dice, items: readonly CborValue[]): CborValue {
  const at = dice.below(items.length + 1);
  switch (dice.below(8)) {
    case 0:
      return items.toSpliced(at, 1);
    case 1:
      return items.toSpliced(at, 0, anyValue(dice));
    case 2:
      return items.length === 0 ? [anyValue(dice)] : items.toSpliced(at, 0, dice.pick(items));
    case 3:
      return items.toReversed();
    default:
      return items.map((item, index) => (index === at % items.length ? mutateValue(dice, item) : item));
  }
}

/** A head of CBOR: major type and argument, in as many bytes as said. */
function head(major: number, argument: number | bigint, width: 0 | 1 | 2 | 4 | 8): Uint8Array {
  if (width === 0) return Uint8Array.of((major << 5) | Number(argument));
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) | ({ 1: 24, 2: 25, 4: 26, 8: 27 } as const)[width];
  for (let i = 0; i < width; i++) bytes[1 + i] = Number((BigInt(argument) >> BigInt(8 * (width - 1 - i))) & 0xffn);
  return bytes;
}

const item = encodeCbor([1, "lookup", ["a"]]);

/** Bytes that are no deterministic CBOR of ours, each wrong in a way of its own. */
const wrongs: readonly ((dice: Dice) => Uint8Array)[] = [
  // Huge lengths with nothing behind them: of bytes, text, arrays, maps.
  (dice) => concatBytes(head(2 + dice.below(4), dice.pick([2 ** 31, 2 ** 32 - 1]), 4), dice.bytes(4)),
  (dice) => concatBytes(head(2 + dice.below(4), dice.pick([1n << 40n, (1n << 53n) - 1n, (1n << 64n) - 1n]), 8), item),
  (dice) => concatBytes(Uint8Array.of(0x83, 1), encodeCbor("lookup"), head(4, dice.pick([2 ** 24, 2 ** 32 - 1]), 4)),
  // Arrays and maps within each other, far beyond any limit; with and without an end.
  (dice) => new Uint8Array(dice.pick([17, 100, 10_000, 100_000])).fill(0x81),
  (dice) => concatBytes(new Uint8Array(dice.pick([17, 1_000, 50_000])).fill(0x81), Uint8Array.of(0)),
  (dice) => new Uint8Array(dice.pick([32, 2_000])).fill(0xa1),
  // Keys twice, keys not in order, keys that are no keys.
  () => Uint8Array.of(0xa2, 1, 1, 1, 2),
  () => Uint8Array.of(0xa2, 2, 1, 1, 2),
  () => Uint8Array.of(0xa1, 0x80, 1),
  // Indefinite lengths, breaks, reserved heads, tags, floats, big integers, undefined.
  () => concatBytes(Uint8Array.of(0x9f), item, Uint8Array.of(0xff)),
  () => Uint8Array.of(0x5f, 0x41, 1, 0x41, 2, 0xff),
  (dice) => Uint8Array.of(dice.pick([0x1c, 0x1d, 0x1e, 0x3c, 0x5c, 0x7c, 0x9c, 0xdc, 0xfc, 0xff])),
  (dice) => concatBytes(Uint8Array.of(dice.pick([0xc0, 0xc2, 0xd8])), item),
  () => Uint8Array.of(0x83, 0xf9, 0x3c, 0, 0x61, 0x61, 0x80),
  () => concatBytes(head(0, (1n << 64n) - 1n, 8)),
  () => Uint8Array.of(0x83, 1, 0x61, 0x61, 0xf7),
  // Longer forms than needed, and bytes that are no UTF-8.
  () => concatBytes(Uint8Array.of(0x83), head(0, 1, 4), encodeCbor("unwatch"), encodeCbor([new Uint8Array(32)])),
  () => Uint8Array.of(0x83, 1, 0x62, 0xc3, 0x28, 0x80),
  () => Uint8Array.of(0x83, 1, 0x63, 0xed, 0xa0, 0x80, 0x80),
  // Nothing, and more than one value.
  () => emptyBytes,
  () => concatBytes(item, item),
];

export function wrongCbor(dice: Dice): Uint8Array {
  return dice.pick(wrongs)(dice);
}
