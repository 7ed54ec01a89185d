import { describe, expect, test } from "vitest";
import { treeOf } from "./avoided.js";
import { MixedGroup } from "./mixed-group.js";
import { peers, us } from "./pairings.js";

describe.each(peers)("with $name", (them) => {
  test("nine members agree through unmerged, blank and re-added leaves", async () => {
    const mixed = await MixedGroup.of(3, us, them, us, them, us, them, us);
    const [ada, bob, cyd, dan, eve, fay] = mixed.seats;

    // The path of leaf 4 fills the node above leaves 4 to 7; leaf 7 comes after it, with a path of leaf 0.
    await mixed.commit(eve!);
    await mixed.admit(ada!, us);
    expect(await unmergedLeaves(mixed)).toEqual([7]);
    await mixed.commit(bob!);
    expect(await unmergedLeaves(mixed)).toEqual([7]);
    await mixed.commit(fay!);
    expect(await unmergedLeaves(mixed)).toEqual([]);

    await mixed.commit(eve!, { remove: [cyd!, dan!] });
    const again = [await mixed.entrant(them, dan!.client), await mixed.entrant(us, cyd!.client)];
    await mixed.commit(bob!, { add: again });
    await mixed.admit(fay!, them);
    expect(ada!.group.members.map(({ leaf }) => leaf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await mixed.sayAll();

    await mixed.commit(eve!, { remove: mixed.seats.filter(({ group }) => group.ownLeaf > 5) });
    expect(treeOf(await ada!.group.exportGroupInfo()).leafCount).toBe(8);
    for (const seat of [ada, bob, fay]) await mixed.commit(seat!, { wire: "private" });
    await mixed.sayAll();
  });
});

async function unmergedLeaves(mixed: MixedGroup): Promise<number[]> {
  const tree = treeOf(await mixed.at(0).group.exportGroupInfo());
  return [...tree.filledParents()].flatMap(([, { unmergedLeaves }]) => [...unmergedLeaves]);
}
