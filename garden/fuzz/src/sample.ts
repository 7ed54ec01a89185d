import type { CborValue } from "@redoubt/base";
import type { Dice } from "./dice.js";

/** What of a valibot schema is read here: the contract says itself what is well-formed. */
interface Shape {
  readonly type: string;
  readonly items?: readonly Shape[];
  readonly item?: Shape;
  readonly wrapped?: Shape;
  readonly literal?: CborValue;
  readonly requirement?: unknown;
  readonly pipe?: readonly Shape[];
}

/** Values that mean something to whom the sample is for, by their length: ids that exist, keys that fit. */
export type Known = ReadonlyMap<number, readonly Uint8Array[]>;

/** How long a list may get that has no limit of its own. */
const longestList = 3;

/**
 * A value that a schema of the wire accepts.
 *
 * @throws Error for a kind of schema that is new here: say then how a sample of it is made
 */
export function sampleOf(dice: Dice, schema: unknown, known: Known): CborValue {
  const shape = schema as Shape;
  const rules = new Map((shape.pipe ?? []).slice(1).map((rule) => [rule.type, rule.requirement as number]));
  switch (shape.type) {
    case "strict_tuple":
    case "tuple":
      return (shape.items ?? []).map((item) => sampleOf(dice, item, known));
    case "array": {
      const most = Math.min(rules.get("max_length") ?? longestList, longestList);
      return Array.from({ length: dice.below(most + 1) }, () => sampleOf(dice, shape.item, known));
    }
    case "nullable":
      return dice.oneIn(2) ? null : sampleOf(dice, shape.wrapped, known);
    case "literal":
      return shape.literal as CborValue;
    case "boolean":
      return dice.oneIn(2);
    case "number":
      return sampleNumber(dice, rules.get("min_value") ?? 0, rules.get("max_value") ?? Number.MAX_SAFE_INTEGER);
    case "string":
      return "abcdefghijklmnop".slice(0, 1 + dice.below(Math.min(16, rules.get("max_length") ?? 16)));
    case "custom":
      return sampleBytes(dice, rules, known);
    default:
      throw new Error(
        `the fuzzer has no sample of a schema of type ${shape.type}: add one to garden/fuzz/src/sample.ts`,
      );
  }
}

function sampleNumber(dice: Dice, least: number, most: number): number {
  if (dice.oneIn(16)) return most - dice.below(2);
  return Math.min(most, least + dice.below(dice.oneIn(2) ? 3 : 64));
}

function sampleBytes(dice: Dice, rules: ReadonlyMap<string, number>, known: Known): Uint8Array {
  const length = rules.get("length");
  if (length !== undefined) {
    const those = known.get(length) ?? [];
    return those.length > 0 && !dice.oneIn(8) ? dice.pick(those) : dice.bytes(length);
  }
  const most = rules.get("max_length") ?? 64;
  // As much as there may be, and one more, costs time: now and then is enough.
  if (dice.oneIn(4_000)) return new Uint8Array(most + dice.below(2)).fill(dice.next() & 0xff);
  return dice.bytes(dice.below(Math.min(most, 200)));
}
