import type { CborValue } from "@redoubt/base";
import type { Chance } from "./chance.js";

const numbers = [0, 1, -1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1];
const lengths = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 4_096];

/** A value like this one, with something of the wrong type, size or place in it. */
export function mutateValue(chance: Chance, value: CborValue): CborValue {
  if (!Array.isArray(value) || value.length === 0 || chance.once(6)) return another(chance, value);
  const items = [...(value as readonly CborValue[])];
  const at = chance.below(items.length);
  switch (chance.below(6)) {
    case 0:
      items.splice(at, 1);
      return items;
    case 1:
      items.splice(at, 0, another(chance, items[at] as CborValue));
      return items;
    case 2:
      return [...items, ...items];
    default:
      items[at] = mutateValue(chance, items[at] as CborValue);
      return items;
  }
}

function another(chance: Chance, value: CborValue): CborValue {
  if (value instanceof Uint8Array && value.length > 0 && chance.once(2)) {
    const changed = value.slice();
    const at = chance.below(changed.length);
    changed[at] = (changed[at] as number) ^ (1 + chance.below(255));
    return changed;
  }
  switch (chance.below(9)) {
    case 0:
      return chance.pick(numbers);
    case 1:
      return chance.bytes(chance.pick(lengths));
    case 2:
      return "\u202e\u0000zwölf 🏰".repeat(1 + chance.below(20));
    case 3:
      return null;
    case 4:
      return chance.once(2);
    case 5:
      return [];
    case 6:
      return new Map<number | string, CborValue>([[1, value]]);
    case 7:
      return deep(chance.below(16));
    default:
      return Array.from({ length: chance.below(300) }, () => 0);
  }
}

function deep(depth: number): CborValue {
  return depth <= 1 ? [] : [deep(depth - 1)];
}
