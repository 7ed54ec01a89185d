import { describe, expect, it } from "vitest";
import { type Group, proposeUpdate } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, Member } from "../support/member.js";
import {
  attackCommit,
  attackMessage,
  keysInTree,
  opens,
  sharedSecrets,
  type Transition,
  transition,
} from "./attack.js";
import { isLong, longTimeout } from "./long.js";
import { type Loot, pool, rob, robMember } from "./loot.js";
import { at, buildShape, type Shape, upTo } from "./shapes.js";

const context = testContext(1);

/** Copies a member, lets it commit, and demands that the copy is worth nothing from there on. */
function attackHealing(members: readonly Member[], leafIndex: number): void {
  const victim = at(members, leafIndex);
  const loot = robMember(victim);
  const seen = transition(context, victim.group, { framing: "public" });
  expect({ leafIndex, learned: attackCommit(context, loot, seen) }).toEqual({ leafIndex, learned: [] });
}

const shapesOf = (leaves: number): Shape[] => [
  { leaves },
  { leaves, filled: upTo(leaves) },
  ...(leaves > 2 ? [{ leaves, blanks: [leaves >>> 1], filled: [0], unmerged: 2 }] : []),
];

describe("after a commit by a member whose storage was copied, the copy learns nothing", () => {
  const sizes = isLong ? upTo(15).map((i) => i + 2) : [2, 3, 5, 7];

  it.each(sizes)("at every position of %i leaves", { timeout: isLong ? longTimeout : 60_000 }, (leaves) => {
    for (const shape of shapesOf(leaves)) {
      const members = buildShape(context, shape);
      expect(members.length).toBeGreaterThanOrEqual(leaves);
      for (const { leafIndex } of members) attackHealing(members, leafIndex);
    }
  });

  it("at every fifth position of 16 leaves", () => {
    const members = buildShape(context, { leaves: 16, filled: upTo(16) });
    expect(members).toHaveLength(16);
    for (const leafIndex of [0, 5, 10, 15]) attackHealing(members, leafIndex);
  });

  it("while a copy taken after the commit was made opens its epoch", () => {
    const members = buildShape(context, { leaves: 4 });
    const victim = at(members, 2);
    const { message } = victim.commit({ framing: "public" });
    const loot = robMember(victim);
    const pending = victim.pending;
    const before = victim.group;
    victim.receive(message);
    const content = pending?.content.framed.content;
    if (content?.kind !== "commit") throw new TypeError("no commit");
    const seen: Transition = { before, after: victim.group, commit: content.commit, message, welcome: undefined };
    expect(attackCommit(context, loot, seen)).toContain("a secret that leads to a key of the path");
  });

  it("neither in later epochs nor in messages, whoever commits", { timeout: 60_000 }, () => {
    const members = buildShape(context, { leaves: 6, filled: [0, 2, 4] });
    const victim = at(members, 3);
    const loot = robMember(victim);
    const learned: string[] = [];
    for (const committer of [victim, at(members, 0), at(members, 5), victim]) {
      const seen = transition(context, committer.group, { framing: "public" });
      learned.push(...attackCommit(context, loot, seen));
      for (const member of members) if (member !== committer) member.receive(seen.message);
      committer.group = seen.after;
      const message = victim.seal("healed");
      expect(opens(context, at(members, 1).group, message)).toBe(true);
      learned.push(...attackMessage(context, loot, at(members, 1).group, message));
      deliver(
        members.filter((member) => member !== victim),
        message,
      );
    }
    expect(learned).toEqual([]);
  });

  it("nor by an update of its own that another commits", () => {
    const members = buildShape(context, { leaves: 5, filled: upTo(5) });
    const victim = at(members, 2);
    const loot = robMember(victim);
    const update = proposeUpdate(context, victim.group);
    victim.group = update.group;
    const others = members.filter((member) => member !== victim);
    deliver(others, update.message);
    const committer = at(members, 4);
    const seen = transition(context, committer.group, { framing: "public" });
    expect(attackCommit(context, loot, seen)).toEqual([]);
    expect(victim.receive(seen.message)).toMatchObject({ kind: "commit" });
    expect(sharedSecrets(loot, victim.group)).toEqual([]);
  });

  it("while a commit by another does not heal it", () => {
    const members = buildShape(context, { leaves: 4 });
    const seen = transition(context, at(members, 0).group, { framing: "public" });
    expect(attackCommit(context, robMember(at(members, 3)), seen)).toContain("a state");
  });
});

describe("a new member, with all it ever learns, reads nothing from before", () => {
  /** Some epochs with messages, each with a state that can open them. */
  function history(): { members: Member[]; seen: Transition[]; messages: { reader: Group; bytes: Uint8Array }[] } {
    const members = buildShape(context, { leaves: 5, filled: [1, 3] });
    const seen: Transition[] = [];
    const messages: { reader: Group; bytes: Uint8Array }[] = [];
    const say = () => {
      const [sender, reader] = [at(members, 0), at(members, 2)];
      const bytes = sender.seal("before");
      messages.push({ reader: rob(reader.group).states[0] as Group, bytes });
      deliver(
        members.filter((member) => member !== sender),
        bytes,
      );
    };
    say();
    for (const leafIndex of [4, 0, 2]) {
      const committer = at(members, leafIndex);
      const one = transition(context, committer.group, { framing: "public" });
      seen.push({ ...one, before: copy(one.before), after: copy(one.after) });
      for (const member of members) if (member !== committer) member.receive(one.message);
      committer.group = one.after;
      say();
    }
    return { members, seen, messages };
  }

  const copy = (group: Group) => rob(group).states[0] as Group;

  function expectNothing(loot: Loot, { seen, messages }: ReturnType<typeof history>): void {
    for (const one of seen) {
      expect(attackCommit(context, loot, one)).toEqual([]);
      expect(keysInTree(loot, one.before.epoch.tree)).toEqual([]);
      expect(sharedSecrets(loot, one.before)).toEqual([]);
    }
    expect(messages).toHaveLength(4);
    for (const { reader, bytes } of messages) {
      expect(opens(context, reader, bytes)).toBe(true);
      expect(attackMessage(context, loot, reader, bytes)).toEqual([]);
    }
  }

  it.each(["always", "when-required"] as const)("welcomed by a commit, path %s", (path) => {
    const past = history();
    const joiner = new Member(context, "joiner");
    const add = { kind: "add", keyPackage: joiner.publish().keyPackage } as const;
    const packaged = robPackages(joiner);
    const { message, welcome } = at(past.members, 3).commit({ proposals: [add], path });
    deliver(past.members, message);
    joiner.join(welcome as Uint8Array);
    const later = at(past.members, 1).commit();
    const first = robMember(joiner);
    deliver([...past.members, joiner], later.message);
    expectNothing(pool(packaged, first, robMember(joiner)), past);
  });

  it("nor one that comes back after its removal, what it had before aside", () => {
    const past = history();
    const returning = at(past.members, 4);
    deliver(past.members, at(past.members, 0).commit({ proposals: [{ kind: "remove", removed: 4 }] }).message);
    const staying = past.members.filter((member) => member !== returning);
    const absent = at(staying, 0).seal("while it was away");
    const reader = copy(at(staying, 1).group);
    deliver(staying.slice(1), absent);
    const added = at(staying, 2).add(returning);
    deliver(staying, added.message);
    returning.join(added.welcome as Uint8Array);
    expect(returning.leafIndex).toBe(4);
    expect(attackMessage(context, robMember(returning), reader, absent)).toEqual([]);
    expectNothing(robMember(returning), past);
  });
});

/** The private keys of a client's key packages, copied before they are used up. */
function robPackages(member: Member): Loot {
  const privateKeys = member.keyPackages.flatMap((own) => [
    own.initPrivateKey.slice(),
    own.encryptionPrivateKey.slice(),
  ]);
  return { states: [], privateKeys, publicKeys: new Set(), secrets: privateKeys };
}
