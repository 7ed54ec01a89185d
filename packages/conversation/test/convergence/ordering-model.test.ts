import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs, runsTimeout } from "../support/runs.js";
import { OrderingModel, type Step } from "./ordering-model.js";

const who = fc.nat({ max: 5 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wish"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wish-removal"), who, whom: who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("say"), who }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver"), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("append"), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hostile"), who, rotates: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("settle-key"), who }) },
) as fc.Arbitrary<Step>;

const lives = fc.record({
  members: fc.integer({ min: 2, max: 6 }),
  steps: fc.array(step, { maxLength: 80 }),
});

describe("the order of a log, without cryptography", () => {
  it(
    "leads all members to one sequence of epochs, loses no intent, and does none twice",
    () => {
      fc.assert(
        fc.property(lives, ({ members, steps }) => {
          const model = new OrderingModel(members);
          for (const one of steps) {
            model.play(one);
            expectKeyOfMembers(model);
          }
          model.settle();
          const inside = model.members.filter(({ isIn }) => isIn);
          const [first] = inside;
          expect(new Set(inside.map(({ chain }) => chain.join())).size).toBe(1);
          expect(new Set(inside.map(({ read }) => read.join())).size).toBe(1);
          for (const member of inside) expect(member.intents).toEqual([]);
          expect(new Set(first?.read).size).toBe(first?.read.length);
          for (const id of model.log.rotations) expect(first?.chain).toContain(id);
          expect(model.log.key).toBe(first?.key);
        }),
        { numRuns: runs(3_000, 200_000) },
      );
    },
    runsTimeout,
  );
});

/** Unless it was seized, the log's key is that of whoever has read all there is. */
function expectKeyOfMembers({ members, log, isSeized }: OrderingModel): void {
  if (isSeized) return;
  const caughtUp = members.filter(({ isIn, seq }) => isIn && seq === log.entries.length);
  for (const { key } of caughtUp) expect(key).toBe(log.key);
}
