import { seededRandom } from "../support/seeded.js";

/** Whole numbers below a bound, each draw following from the seed. */
export function seededPicker(seed: number): (bound: number) => number {
  const random = seededRandom(seed);
  return (bound) => {
    const bytes = random(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % bound;
  };
}
