import { describe, expect, test } from "vitest";
import { MixedGroup } from "./mixed-group.js";
import { pairings, us } from "./pairings.js";

describe.each(pairings)("with $them.name in suite $suite", ({ them, suite }) => {
  test("we create, they join, and everyone renews its keys", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them);
    for (const [i, seat] of mixed.seats.entries()) await mixed.commit(seat, { wire: i < 2 ? "public" : "private" });
    await mixed.sayAll();
    expect(mixed.at(0).group.epoch).toBe(5n);
  });

  test("they create, we join, and everyone renews its keys", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us);
    for (const [i, seat] of mixed.seats.entries()) await mixed.commit(seat, { wire: i < 2 ? "private" : "public" });
    await mixed.sayAll();
    expect(mixed.at(0).group.epoch).toBe(5n);
  });

  test("both sides add both sides by value, one at a time", async () => {
    const mixed = await MixedGroup.of(suite, us, them);
    for (const adder of [0, 1]) {
      for (const joining of [us, them]) {
        const [joined] = await mixed.admit(mixed.at(adder), joining);
        await mixed.say(joined!, "here");
      }
    }
    expect(mixed.at(0).group.members).toHaveLength(6);
  });

  test("each side commits additions that the other proposed", async () => {
    const mixed = await MixedGroup.of(suite, us, them);
    await mixed.propose(mixed.at(0), await mixed.entrant(us), "private");
    await mixed.propose(mixed.at(0), await mixed.entrant(them), "public");
    expect(await mixed.commit(mixed.at(1), { wire: "private" })).toHaveLength(2);
    await mixed.propose(mixed.at(1), await mixed.entrant(us), "private");
    await mixed.propose(mixed.at(3), await mixed.entrant(them), "public");
    expect(await mixed.commit(mixed.at(0), { wire: "public" })).toHaveLength(2);
    await mixed.sayAll();
  });

  test("each side commits an addition by reference and another by value together", async () => {
    const mixed = await MixedGroup.of(suite, them, us);
    for (const [proposer, committer] of [
      [0, 1],
      [1, 0],
    ] as const) {
      await mixed.propose(mixed.at(proposer), await mixed.entrant(them));
      const joined = await mixed.commit(mixed.at(committer), { add: [await mixed.entrant(us)] });
      expect(joined.map(({ peer }) => peer)).toEqual([them, us]);
    }
    await mixed.sayAll();
  });
});
