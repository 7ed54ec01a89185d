import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs, runsTimeout } from "../support/runs.js";
import { hostileDeeds } from "./hostile.js";
import { type Happening, type Life, World } from "./world.js";

const who = fc.nat({ max: 15 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("send"), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pull"), who, count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("push"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart"), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("name"), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("come-back"), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("add"), who, count: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("revoke"), who, count: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove"), who, whom: who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("role"), who, whom: who, role: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("split"), mask: fc.nat({ max: 0xffff }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("heal") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("seize-key", "keep-key"), whom: who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("hostile"),
      deed: fc.constantFrom(...hostileDeeds),
      pick: fc.nat({ max: 999 }),
    }),
  },
) as fc.Arbitrary<Happening>;

const lives: fc.Arbitrary<Life> = fc.record({
  seed: fc.nat({ max: 0xffff_ffff }),
  members: fc.integer({ min: 2, max: 9 }),
  isHostile: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 24 }),
});

/**
 * In the gate the same lives each time: one in some hundreds of random ones is not through yet (decision 0008), and that
 * must not make a change of something else fail. Asked for by number (REDOUBT_RUNS), they are others each time.
 */
const kept = process.env["REDOUBT_RUNS"] === undefined ? { seed: 20_261_125 } : {};

/** Lives that once went wrong. */
const examples: [Life][] = [
  // Two requests to come back cross each other: the welcome to the first is overtaken.
  [{ seed: 0, members: 3, isHostile: true, happenings: [{ kind: "come-back", who: 0 }] }],
  // Some follow a commit whose path leaves others behind, and those go on without.
  [
    {
      seed: 0,
      members: 4,
      isHostile: true,
      happenings: [
        { kind: "come-back", who: 0 },
        { kind: "hostile", deed: "a path that leaves some behind", pick: 1 },
      ],
    },
  ],
  // The only owner comes back while the key is seized: it still has the owner's key.
  [
    {
      seed: 0,
      members: 2,
      isHostile: true,
      happenings: [{ kind: "come-back", who: 0 }, { kind: "role", who: 0, whom: 0, role: 0 }, { kind: "seize-key" }],
    },
  ],
  // Both sides of a fork brought somebody in, and one of them as many as the other has.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [
        { kind: "hostile", deed: "a path that leaves some behind", pick: 0 },
        { kind: "add", who: 0, count: 0 },
      ],
    },
  ],
  // A hostile welcomer tells a newcomer that somebody leaves who does not.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [
        { kind: "hostile", deed: "a proposal of another kind", pick: 0 },
        { kind: "come-back", who: 6 },
      ],
    },
  ],
  // The only owner leaves on the losing side, and the key with it.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [
        { kind: "hostile", deed: "a path that leaves some behind", pick: 0 },
        { kind: "leave", who: 0 },
      ],
    },
  ],
  // The relay shows two logs in which nobody committed anything: all are in one epoch, and have not read the same.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [
        { kind: "split", mask: 1587 },
        { kind: "hostile", deed: "roles for itself", pick: 0 },
        { kind: "pull", who: 0, count: 1 },
      ],
    },
  ],
  // Only others can tell who has read another log: it has to look when it is asked.
  [
    {
      seed: 0,
      members: 5,
      isHostile: true,
      happenings: [
        { kind: "split", mask: 42702 },
        { kind: "send", who: 7 },
        { kind: "role", who: 7, whom: 0, role: 0 },
        { kind: "pull", who: 14, count: 1 },
      ],
    },
  ],
  // The last one leaves as well.
  [
    {
      seed: 0,
      members: 2,
      isHostile: false,
      happenings: [
        { kind: "leave", who: 0 },
        { kind: "leave", who: 3 },
      ],
    },
  ],
  // Somebody says that they leave, in a log that is given up.
  [
    {
      seed: 0,
      members: 2,
      isHostile: false,
      happenings: [
        { kind: "split", mask: 2841 },
        { kind: "leave", who: 0 },
        { kind: "pull", who: 0, count: 1 },
      ],
    },
  ],
  // Somebody comes in by a log that is given up, and knows nothing of it before that.
  [
    {
      seed: 0,
      members: 2,
      isHostile: false,
      happenings: [
        { kind: "split", mask: 8655 },
        { kind: "add", who: 0, count: 0 },
        { kind: "pull", who: 0, count: 1 },
      ],
    },
  ],
  // The only one who could put out who leaves has read the log that was given up.
  [
    {
      seed: 0,
      members: 2,
      isHostile: true,
      happenings: [
        { kind: "split", mask: 19145 },
        { kind: "leave", who: 0 },
        { kind: "seize-key" },
        { kind: "pull", who: 9, count: 1 },
      ],
    },
  ],
  // Nobody can speak, and so nobody notice, until an owner takes the key back, who is on the losing side.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [{ kind: "hostile", deed: "a path that leaves some behind", pick: 0 }, { kind: "seize-key" }],
    },
  ],
  // Those who cannot follow are more, and cannot write: one who followed has turned the key since, as its due.
  [
    {
      seed: 0,
      members: 2,
      isHostile: true,
      happenings: [
        { kind: "add", who: 0, count: 0 },
        { kind: "hostile", deed: "a path that leaves some behind", pick: 127 },
        { kind: "come-back", who: 7 },
      ],
    },
  ],
  // Some move to another log and others stay: neither hears anything of the other.
  [
    {
      seed: 0,
      members: 3,
      isHostile: true,
      happenings: [
        { kind: "hostile", deed: "a path that leaves some behind", pick: 0 },
        { kind: "move", who: 0 },
      ],
    },
  ],
  // Nobody sends in an epoch in which somebody has said that they leave.
  [{ seed: 0, members: 2, isHostile: false, happenings: [{ kind: "leave", who: 0 }] }],
];

describe("a group", () => {
  it(
    "comes together, whatever its members, hostile ones and the relay do, and all have read the same",
    () => {
      fc.assert(
        fc.property(lives, (life) => {
          const world = new World(life);
          for (const one of life.happenings) world.play(one);
          world.settle();
          world.check();
          expect(world.clients.length).toBeGreaterThan(0);
        }),
        { numRuns: examples.length + runs(30, 3_000), examples, ...kept },
      );
    },
    runsTimeout,
  );
});
