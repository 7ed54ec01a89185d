import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allSuites } from "../../src/peer.js";
import { lives, MixedLife } from "./life.js";
import { peers } from "./pairings.js";

/** A small share in the gate; many with REDOUBT_LONG=1, any number with REDOUBT_RUNS. */
const numRuns = Number(process.env["REDOUBT_RUNS"]) || (process.env["REDOUBT_LONG"] === "1" ? 100 : 2);
const timeout = 60_000 + numRuns * 30_000;

describe.each(peers)("a group with $name through random operations", (them) => {
  test.each(allSuites)(
    "in suite %i: all members agree after each",
    async (suite) => {
      const epochs: bigint[] = [];
      await fc.assert(
        fc.asyncProperty(lives(10), async (life) => {
          epochs.push(await MixedLife.live(suite, them, life));
        }),
        { numRuns },
      );
      expect(epochs.every((epoch) => epoch > 0n)).toBe(true);
    },
    timeout,
  );
});
