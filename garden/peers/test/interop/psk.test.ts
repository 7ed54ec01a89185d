import { describe, expect, test } from "vitest";
import { MixedGroup } from "./mixed-group.js";
import { pairings, us } from "./pairings.js";

describe.each(pairings)("with $them.name in suite $suite", ({ them, suite }) => {
  test("each side commits a pre-shared key by value, alone and with an addition", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us);
    for (const position of [0, 1]) {
      await mixed.commit(mixed.at(position), { psk: true, wire: "private" });
      const add = [await mixed.entrant(us), await mixed.entrant(them)];
      await mixed.commit(mixed.at(position), { psk: true, add });
    }
    await mixed.sayAll();
    expect(mixed.at(0).group.members).toHaveLength(7);
  });

  test("each side commits pre-shared keys that the other proposed, twice the same one with another nonce", async () => {
    const mixed = await MixedGroup.of(suite, them, us);
    for (const [proposer, committer] of [
      [0, 1],
      [1, 0],
    ] as const) {
      await mixed.propose(mixed.at(proposer), "psk", "public");
      await mixed.propose(mixed.at(committer), "psk", "private");
      await mixed.commit(mixed.at(committer));
    }
    await mixed.sayAll();
    expect(mixed.at(0).group.epoch).toBe(3n);
  });
});
