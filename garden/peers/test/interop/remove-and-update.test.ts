import { describe, expect, test } from "vitest";
import { MixedGroup } from "./mixed-group.js";
import { pairings, rightAboutPaths, us } from "./pairings.js";

describe.each(pairings)("with $them.name in suite $suite", ({ them, suite }) => {
  test("we remove by value, and those who stay follow", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them, us);
    await mixed.commit(mixed.at(2), { remove: [mixed.at(3)], wire: "public" });
    await mixed.commit(mixed.at(0), { remove: [mixed.at(2)], wire: "private" });
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1, 4]);
    await mixed.commit(mixed.at(1));
    await mixed.sayAll();
  });

  test("we remove several at once and add in the same commit", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them, them);
    const add = [await mixed.entrant(them), await mixed.entrant(us)];
    await mixed.commit(mixed.at(0), { remove: [mixed.at(2), mixed.at(3)], add });
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1, 2, 3, 4]);
    await mixed.commit(mixed.at(1));
    await mixed.sayAll();
  });

  test("we commit removals that they proposed", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us);
    await mixed.propose(mixed.at(0), mixed.at(2));
    await mixed.propose(mixed.at(0), mixed.at(3), "private");
    await mixed.commit(mixed.at(1));
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1]);
    await mixed.sayAll();
  });

  test("we commit our own Updates, and they follow", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us, us);
    await mixed.proposeUpdate(mixed.at(1), "public");
    await mixed.proposeUpdate(mixed.at(4), "private");
    await mixed.commit(mixed.at(3));
    for (const position of [0, 1]) await mixed.commit(mixed.at(position));
    await mixed.sayAll();
    expect(mixed.at(0).group.epoch).toBe(4n);
  });

  test("who was removed can be added again", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them);
    const removed = [mixed.at(1), mixed.at(2)];
    await mixed.commit(mixed.at(0), { remove: removed });
    const add = [await mixed.entrant(them, removed[0]!.client), await mixed.entrant(us, removed[1]!.client)];
    await mixed.commit(mixed.at(1), { add });
    expect(mixed.at(0).group.members.map(({ identity }) => identity)).toEqual(["m0", "m1", "m2", "m3"]);
    for (const position of [2, 3]) await mixed.commit(mixed.at(position));
    await mixed.sayAll();
  });
});

describe.each(rightAboutPaths)("with $them.name in suite $suite", ({ them, suite }) => {
  test("they remove by value, and those who stay follow", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us, us);
    await mixed.commit(mixed.at(2), { remove: [mixed.at(3)], wire: "public" });
    await mixed.commit(mixed.at(0), { remove: [mixed.at(2)], wire: "private" });
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1, 4]);
    await mixed.commit(mixed.at(1));
    await mixed.sayAll();
  });

  test("they remove several at once and add in the same commit", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us, us);
    const add = [await mixed.entrant(us), await mixed.entrant(them)];
    await mixed.commit(mixed.at(0), { remove: [mixed.at(2), mixed.at(3)], add });
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1, 2, 3, 4]);
    await mixed.sayAll();
  });

  test("they commit removals that we proposed", async () => {
    const mixed = await MixedGroup.of(suite, us, them, us, them);
    await mixed.propose(mixed.at(0), mixed.at(2));
    await mixed.propose(mixed.at(0), mixed.at(3), "private");
    await mixed.commit(mixed.at(1));
    expect(mixed.at(0).group.members.map(({ leaf }) => leaf)).toEqual([0, 1]);
    await mixed.sayAll();
  });

  test("they commit our Updates", async () => {
    const mixed = await MixedGroup.of(suite, them, us, them, us);
    await mixed.proposeUpdate(mixed.at(1), "private");
    await mixed.proposeUpdate(mixed.at(3), "public");
    await mixed.commit(mixed.at(2));
    for (const position of [0, 1]) await mixed.commit(mixed.at(position));
    await mixed.sayAll();
    expect(mixed.at(0).group.epoch).toBe(4n);
  });
});
