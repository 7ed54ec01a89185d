import { toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { joinGroup, type PreSharedKeyId, type Proposal, propose, resumptionPsk } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, Member } from "../support/member.js";

const code = (wanted: string) => expect.objectContaining({ code: wanted });

/** Members in whose context each other's groups' resumption keys are at hand. */
function withResumption() {
  const keys = new Map<string, Uint8Array>();
  const context = testContext(3, {
    psk: (id) => (id.kind === "resumption" ? keys.get(`${toHex(id.groupId)}/${id.epoch}`) : undefined),
  });
  const remember = (member: Member): Member => {
    const { groupId, epoch } = member.group.epoch.context;
    keys.set(`${toHex(groupId)}/${epoch}`, resumptionPsk(member.group));
    return member;
  };
  const link = (member: Member, usage: "reinit" | "branch" | "application"): PreSharedKeyId => {
    const { groupId, epoch } = member.group.epoch.context;
    return { kind: "resumption", usage, groupId, epoch, nonce: context.suite.random(context.suite.hashLength) };
  };
  return { context, remember, link };
}

describe("a group that follows another", () => {
  it("is reinitialised (RFC 9420 §11.2): the old one closes, the new one is what was announced", () => {
    const { context, remember, link } = withResumption();
    const members = groupOf(context, 3);
    const [alice, bob, carol] = members as [Member, Member, Member];
    const reinit = { groupId: utf8("next"), version: 1, cipherSuite: 3, extensions: [] };
    const announced = alice.commit({ proposals: [{ kind: "reinit", reinit }] });
    expect(deliver(members, announced.message)[2]).toMatchObject({ staged: { reinit, hasPath: false } });
    expect(() => alice.seal("more")).toThrow(code("group-closed"));
    expect(() => alice.commit()).toThrow(code("group-closed"));
    remember(alice);

    const next = members.map((member) => new Member(context, member.name));
    const [alice2, bob2, carol2] = next as [Member, Member, Member];
    Object.assign(alice2, { signatureKeys: alice.signatureKeys });
    Object.assign(bob2, { signatureKeys: bob.signatureKeys });
    Object.assign(carol2, { signatureKeys: carol.signatureKeys });
    alice2.found(utf8("next"));
    const adds = [bob2, carol2].map((m): Proposal => ({ kind: "add", keyPackage: m.publish().keyPackage }));
    const psk: Proposal = { kind: "psk", psk: link(alice, "reinit") };
    expect(() => alice2.commit({ proposals: [...adds, psk] })).toThrow(code("invalid-proposal"));
    const { message, welcome } = alice2.commit({ proposals: [...adds, psk], follows: "reinit" });
    alice2.receive(message);
    expect(() => joinGroup(context, welcome as Uint8Array, bob2.keyPackages)).toThrow(code("invalid-welcome"));
    const joined = joinGroup(context, welcome as Uint8Array, bob2.keyPackages, { follows: bob.group });
    expect(toHex(joined.group.epoch.secrets.authenticator)).toBe(toHex(alice2.authenticator));
  });

  it("refuses a reinitialised group that lacks a member, or has another id", () => {
    const { context, remember, link } = withResumption();
    const members = groupOf(context, 3);
    const [alice, bob] = members as [Member, Member];
    const reinit = { groupId: utf8("next"), version: 1, cipherSuite: 3, extensions: [] };
    deliver(members, alice.commit({ proposals: [{ kind: "reinit", reinit }] }).message);
    remember(alice);
    for (const groupId of [utf8("next"), utf8("other")]) {
      const alice2 = Object.assign(new Member(context, "alice"), { signatureKeys: alice.signatureKeys });
      const bob2 = Object.assign(new Member(context, "bob"), { signatureKeys: bob.signatureKeys });
      alice2.found(groupId);
      const proposals: Proposal[] = [
        { kind: "add", keyPackage: bob2.publish().keyPackage },
        { kind: "psk", psk: link(alice, "reinit") },
      ];
      const { welcome } = alice2.commit({ proposals, follows: "reinit" });
      const join = () => joinGroup(context, welcome as Uint8Array, bob2.keyPackages, { follows: bob.group });
      expect(join).toThrow(code("invalid-welcome"));
    }
  });

  it("is a branch (RFC 9420 §11.3): some of the members, the old group goes on", () => {
    const { context, remember, link } = withResumption();
    const members = groupOf(context, 3);
    const [alice, bob] = members as [Member, Member];
    remember(alice);
    const alice2 = Object.assign(new Member(context, "alice"), { signatureKeys: alice.signatureKeys });
    const bob2 = Object.assign(new Member(context, "bob"), { signatureKeys: bob.signatureKeys });
    const stranger = new Member(context, "stranger");
    alice2.found(utf8("branch"));
    const branch = (other: Member) => {
      const proposals: Proposal[] = [
        { kind: "add", keyPackage: other.publish().keyPackage },
        { kind: "psk", psk: link(alice, "branch") },
      ];
      return alice2.commit({ proposals, follows: "branch" }).welcome as Uint8Array;
    };
    const welcome = branch(bob2);
    expect(joinGroup(context, welcome, bob2.keyPackages, { follows: bob.group }).welcomer).toBe(0);
    const other = branch(stranger);
    expect(() => joinGroup(context, other, stranger.keyPackages, { follows: bob.group })).toThrow(
      code("invalid-welcome"),
    );
    expect(alice.seal("still here")).toBeInstanceOf(Uint8Array);
  });
});

describe("resumption keys in a group (RFC 9420 §8.6)", () => {
  it("bind a commit to an epoch that the members saw", () => {
    const { context, remember, link } = withResumption();
    const members = groupOf(context, 2);
    const [alice, bob] = members as [Member, Member];
    const proposal = { kind: "psk", psk: link(alice, "application") } as const;
    expect(() => propose(context, alice.group, { ...proposal, psk: link(alice, "branch") })).toThrow(
      code("invalid-proposal"),
    );
    expect(() => alice.commit({ proposals: [proposal] })).toThrow(code("unknown-psk"));
    remember(alice);
    deliver(members, alice.commit({ proposals: [proposal], path: "when-required" }).message);
    expect(toHex(alice.authenticator)).toBe(toHex(bob.authenticator));
  });
});
