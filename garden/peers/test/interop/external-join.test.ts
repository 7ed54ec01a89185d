import { describe, expect, test } from "vitest";
import { MixedGroup } from "./mixed-group.js";
import { pairings, us } from "./pairings.js";

describe.each(pairings)("with $them.name in suite $suite", ({ them, suite }) => {
  test("each side joins by itself with the group info of each", async () => {
    const mixed = await MixedGroup.of(suite, us, them);
    for (const helper of [0, 1]) {
      for (const joining of [us, them]) {
        const joined = await mixed.joinExternally(joining, mixed.at(helper));
        await mixed.say(joined, "by myself");
      }
    }
    for (const position of [2, 3]) await mixed.commit(mixed.at(position));
    expect(mixed.at(0).group.members).toHaveLength(6);
  });

  test("each side comes back in place of its old leaf", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them);
    for (const [lost, helper] of [
      [1, 0],
      [1, 2],
    ] as const) {
      const { group, name } = mixed.at(lost);
      const back = await mixed.resync(mixed.at(lost), mixed.at(helper));
      expect(back.group.ownLeaf).toBe(group.ownLeaf);
      expect(back.name).toBe(name);
    }
    await mixed.admit(mixed.at(0), us, them);
    await mixed.sayAll();
  });

  test("a join by oneself fills a blank leaf", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them);
    for (const joining of [them, us]) {
      await mixed.commit(mixed.at(0), { remove: [mixed.at(1)] });
      const joined = await mixed.joinExternally(joining, mixed.at(0));
      expect(joined.group.ownLeaf).toBe(joining === them ? 1 : 2);
    }
    await mixed.sayAll();
  });
});
