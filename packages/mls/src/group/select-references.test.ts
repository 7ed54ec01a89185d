import { toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.js";
import { groupOf, Member } from "../../test/support/member.js";
import { type Proposal, propose, proposeOwnAdd, proposeUpdate, selectReferences } from "../index.js";

const context = testContext(3, { psk: ({ kind }) => (kind === "external" ? undefined : new Uint8Array(32)) });

/** A group in which each of `others` has proposed something to the first member. */
function groupWith(...propose: ((members: readonly Member[]) => readonly [Member, Proposed])[]) {
  const members = groupOf(context, 4);
  const [first] = members as [Member];
  const references = propose.map((make) => {
    const [by, { group, message, reference }] = make(members);
    by.group = group;
    if (by !== first) first.receive(message);
    return toHex(reference);
  });
  return { first, members, references, selected: () => selectReferences(context, first.group).map(toHex) };
}

type Proposed = ReturnType<typeof propose>;
type Plain = Exclude<Proposal, { kind: "update" | "external-init" }>;

const proposing = (by: number, proposal: Plain) => (members: readonly Member[]) => {
  return [members[by]!, propose(context, members[by]!.group, proposal)] as const;
};
const updating = (by: number) => (members: readonly Member[]) => {
  return [members[by]!, proposeUpdate(context, members[by]!.group)] as const;
};

describe("which proposals a commit takes up by itself", () => {
  it("for a leaf a removal rather than an update, and the newest update", () => {
    const { references, selected } = groupWith(
      updating(1),
      updating(2),
      proposing(3, { kind: "remove", removed: 1 }),
      updating(2),
      updating(1),
    );
    expect(selected()).toEqual([references[2], references[3]]);
  });

  it("none that is about our own leaf", () => {
    const { references, selected } = groupWith(
      proposing(1, { kind: "remove", removed: 0 }),
      updating(0),
      proposing(0, { kind: "self-remove" }),
      updating(3),
    );
    expect(selected()).toEqual([references[3]]);
  });

  it("a ReInit only if there is nothing else", () => {
    const reinit = { groupId: utf8("next"), version: 1, cipherSuite: 3, extensions: [] };
    const alone = groupWith(proposing(1, { kind: "reinit", reinit }), proposing(2, { kind: "reinit", reinit }));
    expect(alone.selected()).toEqual([alone.references[0]]);
    const among = groupWith(proposing(1, { kind: "reinit", reinit }), updating(2));
    expect(among.selected()).toEqual([among.references[1]]);
  });

  it("no pre-shared key that we lack: it would make every commit of ours fail", () => {
    const nonce = new Uint8Array(32);
    const lacking = { kind: "psk", psk: { kind: "external", id: utf8("unknown"), nonce } } as const;
    const { first, references, selected } = groupWith(proposing(1, lacking), updating(2));
    expect(selected()).toEqual([references[1]]);
    expect(first.commit().message.length).toBeGreaterThan(0);
  });

  it("all that go together, when some contradict each other, without verifying signatures over and over", () => {
    let verified = 0;
    const { suite } = context;
    const verify: typeof suite.verify = (...of) => {
      verified++;
      return suite.verify(...of);
    };
    const counting = { ...context, suite: { ...suite, verify } };
    const [first] = groupOf(context, 2) as [Member];
    const target = first.group.epoch.context;
    const twice = new Member(context, "twice");
    const outsiders = [twice, ...Array.from({ length: 30 }, (_, i) => new Member(context, `outsider-${i}`)), twice];
    for (const outsider of outsiders) first.receive(proposeOwnAdd(context, target, outsider.publish()));
    expect(selectReferences(counting, first.group)).toHaveLength(31);
    expect(verified).toBe(0);
  });
});
