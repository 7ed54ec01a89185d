import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { type CommitOptions, type Proposal, propose, proposeUpdate, seal } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, Member } from "../support/member.js";
import { attackCommit, attackMessage, opens, transition } from "./attack.js";
import { isLong, longTimeout } from "./long.js";
import { type Loot, pool, robMember } from "./loot.js";
import { seededPicker } from "./picker.js";
import { at, buildShape, type Shape, subsets, upTo } from "./shapes.js";

const context = testContext(1);
const removing = (leaves: readonly number[]): Proposal[] => leaves.map((removed) => ({ kind: "remove", removed }));

/** Who can remove: every pair of a committer and some others, from one tree. */
function* removals(members: readonly Member[], batch: number): Generator<{ committer: Member; victims: Member[] }> {
  for (const victims of subsets(members).filter((set) => set.length === batch)) {
    for (const committer of members) if (!victims.includes(committer)) yield { committer, victims };
  }
}

/** Removes and demands that the removed, together, learn nothing. @returns how many attacks there were */
function attackRemovals(shape: Shape, batch = 1, wanted = (_victim: number, _committer: number) => true): number {
  const members = buildShape(context, shape);
  const loots = new Map(members.map((member) => [member, robMember(member)]));
  let attacks = 0;
  for (const { committer, victims } of removals(members, batch)) {
    const leaves = victims.map(({ leafIndex }) => leafIndex);
    if (!wanted(leaves[0] as number, committer.leafIndex)) continue;
    const seen = transition(context, committer.group, { proposals: removing(leaves), framing: "public" });
    const loot = pool(...victims.map((victim) => loots.get(victim) as Loot));
    const where = { shape, committer: committer.leafIndex, removed: leaves };
    expect({ ...where, learned: attackCommit(context, loot, seen) }).toEqual({ ...where, learned: [] });
    attacks++;
  }
  return attacks;
}

const freshAndFilled = (leaves: number): Shape[] => [{ leaves }, { leaves, filled: upTo(leaves) }];

/** Every set of blank leaves with every set of filled paths, of trees of so many leaves. */
function allShapes(leaves: number): Shape[] {
  return subsets(upTo(leaves))
    .filter((blanks) => blanks.length <= leaves - 2)
    .flatMap((blanks) => {
      const staying = upTo(leaves).filter((leaf) => !blanks.includes(leaf));
      return subsets(staying).map((filled) => ({ leaves, blanks, filled }));
    });
}

describe("the attacks themselves", () => {
  it("succeed for one who stays: what they find is there to be found", () => {
    for (const shape of freshAndFilled(5)) {
      const members = buildShape(context, shape);
      const { group } = at(members, 0);
      const proposals = [
        ...removing([1]),
        { kind: "add" as const, keyPackage: new Member(context, "n").publish().keyPackage },
      ];
      const seen = transition(context, group, { proposals, framing: "public" });
      const learned = attackCommit(context, robMember(at(members, 2)), seen);
      expect(learned).toEqual(
        expect.arrayContaining(["a state", "a path secret", "the private key of node 4", "the epoch's secrets"]),
      );
    }
  });

  it("open an epoch whose commit has no path with the init secret alone", () => {
    const members = buildShape(context, { leaves: 3 });
    const unkeyed = transition(context, at(members, 0).group, {
      proposals: [{ kind: "add", keyPackage: new Member(context, "n").publish().keyPackage }],
      path: "when-required",
    });
    expect(unkeyed.commit.path).toBeUndefined();
    const { states, secrets } = robMember(at(members, 1));
    const epochOnly = { states, secrets, privateKeys: [], publicKeys: new Set<string>() };
    expect(attackCommit(context, epochOnly, unkeyed)).toContain("the epoch's secrets");
  });

  it("read a message with the right loot", () => {
    const members = buildShape(context, { leaves: 3 });
    const [alice, bob] = members as [Member, Member];
    const loot = robMember(bob);
    const { message } = seal(context, alice.group, utf8("text"));
    expect(new Set(attackMessage(context, loot, bob.group, message))).toEqual(
      new Set(["the message", "who sent it", "its text"]),
    );
  });
});

describe("a removed member, with all it ever stored, learns nothing of the next epoch", () => {
  it("from every shape of up to 3 leaves, for every committer", { timeout: 60_000 }, () => {
    const attacks = [2, 3].flatMap(allShapes).map((shape) => attackRemovals(shape));
    expect(attacks.reduce((a, b) => a + b)).toBe(80);
  });

  it("from new and from filled trees of up to 6 leaves, for every pair", { timeout: 60_000 }, () => {
    const attacks = [4, 5, 6].flatMap(freshAndFilled).map((shape) => attackRemovals(shape));
    expect(attacks.reduce((a, b) => a + b)).toBe(2 * (12 + 20 + 30));
  });

  it.each(upTo(15).map((i) => i + 2))(
    "from new and from filled trees of %i leaves, for every removed leaf",
    (leaves) => {
      const next = (victim: number, committer: number) => committer === (victim + 1 + (victim % (leaves - 1))) % leaves;
      const attacks = freshAndFilled(leaves).map((shape) => attackRemovals(shape, 1, next));
      expect(attacks).toEqual([leaves, leaves]);
    },
  );

  it("of several that are removed together and share what they have", { timeout: 60_000 }, () => {
    const pairs = [3, 4, 5].flatMap(freshAndFilled).map((shape) => attackRemovals(shape, 2));
    expect(pairs.reduce((a, b) => a + b)).toBe(2 * (3 + 12 + 30));
    expect(attackRemovals({ leaves: 5, filled: upTo(5) }, 3)).toBe(20);
  });

  // The rest takes hours, and is there with REDOUBT_LONG=1 alone.
  const options = { timeout: longTimeout };
  it.each(isLong ? [4] : [])("from every shape of %i leaves", options, (leaves) => {
    const attacks = allShapes(leaves).map((shape) => attackRemovals(shape));
    expect(attacks.reduce((a, b) => a + b)).toBe(432);
  });

  it.each(isLong ? upTo(15).map((i) => i + 2) : [])("from trees of %i leaves, for every pair", options, (leaves) => {
    const attacks = freshAndFilled(leaves).map((shape) => attackRemovals(shape));
    expect(attacks).toEqual([leaves * (leaves - 1), leaves * (leaves - 1)]);
  });

  it.each(isLong ? [6, 7, 8] : [])("of all pairs of %i that are removed together", options, (leaves) => {
    const pairs = (leaves * (leaves - 1) * (leaves - 2)) / 2;
    expect(freshAndFilled(leaves).map((shape) => attackRemovals(shape, 2))).toEqual([pairs, pairs]);
  });
});

describe("a removed member learns nothing of what follows", () => {
  it.each(upTo(isLong ? 200 : 6))("in epochs and messages after its removal, run %i", { timeout: 60_000 }, (seed) => {
    const pick = seededPicker(seed);
    const leaves = 3 + pick(14);
    const blanks = upTo(leaves)
      .filter(() => pick(4) === 0)
      .slice(0, leaves - 3);
    const present = upTo(leaves).filter((leaf) => !blanks.includes(leaf));
    const filled = present.filter(() => pick(2) === 0).sort(() => pick(3) - 1);
    const members = buildShape(context, { leaves, blanks, filled, unmerged: pick(3) });

    const victims = members.filter(() => pick(4) === 0).slice(0, members.length - 2);
    if (victims.length === 0) victims.push(members[pick(members.length)] as Member);
    const staying = members.filter((member) => !victims.includes(member));
    const loot = pool(...victims.map(robMember));
    const someone = () => staying[pick(staying.length)] as Member;
    const learned = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      const newcomer = new Member(context, `new-${epoch}`);
      const add: Proposal = { kind: "add", keyPackage: newcomer.publish().keyPackage };
      const options: CommitOptions[] = [{ proposals: [add], path: "when-required" }, { proposals: [add] }, {}];
      const first: CommitOptions = { proposals: removing(victims.map(({ leafIndex }) => leafIndex)) };
      const chosen = epoch === 0 ? first : (options[pick(3)] as CommitOptions);
      const committer = someone();
      const seen = transition(context, committer.group, { ...chosen, framing: "public" });
      learned.push(...attackCommit(context, loot, seen));
      for (const member of staying) if (member !== committer) member.receive(seen.message);
      committer.group = seen.after;
      if (chosen.proposals?.[0] === add) staying.push(newcomer.join(seen.welcome as Uint8Array));
      const [sender, reader] = [staying[0], staying.at(-1)] as [Member, Member];
      const message = sender.seal(`in epoch ${epoch}`);
      expect(opens(context, reader.group, message)).toBe(true);
      learned.push(...attackMessage(context, loot, reader.group, message));
      for (const member of staying) if (member !== sender) member.receive(message);
    }
    expect(learned).toEqual([]);
  });

  it("if it asked for it itself (self_remove)", () => {
    const members = buildShape(context, { leaves: 5, filled: [1, 3] });
    const [alice, bob] = members as [Member, Member];
    const others = members.filter((member) => member !== bob);
    const leaving = propose(context, bob.group, { kind: "self-remove" });
    bob.group = leaving.group;
    deliver(others, leaving.message);
    const seen = transition(context, alice.group, { framing: "public" });
    expect(seen.after.epoch.tree.leaf(1)).toBeUndefined();
    expect(attackCommit(context, robMember(bob), seen)).toEqual([]);
  });

  it("with a pending commit and a pending update of its own", () => {
    const members = buildShape(context, { leaves: 6, filled: upTo(6) });
    const bob = at(members, 1);
    bob.group = proposeUpdate(context, bob.group).group;
    bob.commit({ proposals: removing([0]) });
    const loot = robMember(bob);
    expect(loot.privateKeys).toHaveLength(bob.group.epoch.nodeKeys.size + 2);
    const seen = transition(context, at(members, 4).group, { proposals: removing([1]), framing: "public" });
    expect(seen.after.epoch.tree.leaf(1)).toBeUndefined();
    expect(attackCommit(context, loot, seen)).toEqual([]);
  });
});
