import { createHash } from "node:crypto";
import type { Random } from "@redoubt/base";

/** A source whose draws follow from the seed. */
export function seededRandom(seed: number): Random {
  let draw = 0;
  return (length) => {
    const bytes = createHash("shake256", { outputLength: length }).update(`${seed}/${draw++}`).digest();
    return new Uint8Array(bytes);
  };
}
