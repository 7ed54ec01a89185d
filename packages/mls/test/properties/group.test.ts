import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs, runsTimeout } from "../support/runs.js";
import { type Life, lives } from "./operation.js";
import { World } from "./world.js";

const plain = {
  framing: "private",
  path: "when-required",
  references: true,
  leaf: "as-it-is",
  treeInWelcome: true,
} as const;

/** Lives that chance finds too seldom for the gate. */
const examples: [Life][] = [
  // The newcomer is unmerged at a node on each side of a parent hash.
  [
    {
      seed: 1,
      members: 7,
      operations: [
        { kind: "commit", by: 4, style: { ...plain, path: "always" } },
        { kind: "commit", by: 0, style: { ...plain, path: "always" } },
        { kind: "add", by: 2, count: 1, style: plain },
        { kind: "commit", by: 7, style: { ...plain, path: "always" } },
      ],
    },
  ],
];

describe("a group through random operations", () => {
  it.each([
    { suiteId: 3, maxMembers: 32, maxOperations: 24, count: runs(10, 2000) },
    { suiteId: 1, maxMembers: 12, maxOperations: 16, count: runs(6, 500) },
    { suiteId: 0xf00e, maxMembers: 8, maxOperations: 10, count: runs(3, 200) },
  ])(
    "suite $suiteId, up to $maxMembers members: all agree after each merge",
    ({ suiteId, maxMembers, maxOperations, count }) => {
      fc.assert(
        fc.property(lives(maxMembers, maxOperations), (life) => {
          const world = World.live(suiteId, life);
          expect(world.members.length).toBeGreaterThan(0);
        }),
        { numRuns: count, examples },
      );
    },
    runsTimeout,
  );
});
