import { toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { testContext } from "./support/context.js";
import { deliver, groupOf, Member } from "./support/member.js";

const suites = [1, 2, 3, 0xf00e];

describe.each(suites)("a group of suite %i", (suiteId) => {
  const context = testContext(suiteId);

  it("agrees after additions, updates and removals, and reads what members send", () => {
    const members = groupOf(context, 5);
    const [alice, bob, carol, dan, eve] = members as [Member, Member, Member, Member, Member];
    const agree = (present: readonly Member[]) => {
      expect(new Set(present.map((member) => toHex(member.authenticator))).size).toBe(1);
      expect(new Set(present.map((member) => toHex(member.treeHash))).size).toBe(1);
    };
    agree(members);
    const message = bob.seal("hello");
    for (const other of [alice, carol, dan, eve]) {
      expect(other.receive(message)).toMatchObject({ kind: "application", leafIndex: 1, data: utf8("hello") });
    }
    deliver(members, carol.commit().message);
    agree(members);
    deliver(members, dan.commit({ proposals: [{ kind: "remove", removed: 1 }] }).message);
    expect(bob.wasRemoved).toBe(true);
    const staying = [alice, carol, dan, eve];
    agree(staying);
    const frank = new Member(context, "frank");
    const added = eve.add(frank);
    deliver(staying, added.message);
    frank.join(added.welcome as Uint8Array);
    agree([...staying, frank]);
    expect(frank.leafIndex).toBe(1);
    const last = frank.seal("last");
    for (const other of staying) expect(other.receive(last)).toMatchObject({ data: utf8("last") });
  });
});
