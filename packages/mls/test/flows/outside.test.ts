import { toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  encodeRatchetTree,
  exportGroupInfo,
  externalSendersExtension,
  joinExternally,
  MlsError,
  type Proposal,
  proposeAsExternal,
  proposeOwnAdd,
} from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, Member } from "../support/member.js";

const context = testContext(3);
const code = (wanted: string) => expect.objectContaining({ code: wanted });

function target(member: Member) {
  const { groupId, epoch } = member.group.epoch.context;
  return { groupId, epoch };
}

describe("proposals from outside (RFC 9420 §12.1.8)", () => {
  const service = context.suite.generateSignatureKeyPair();
  const senders = externalSendersExtension([
    { signatureKey: service.publicKey, credential: { type: 1, identity: utf8("service") } },
  ]);

  function groupWithService(): [Member, Member, Member] {
    const alice = new Member(context, "alice").found(utf8("outside"), [senders]);
    const [bob, carol] = [new Member(context, "bob"), new Member(context, "carol")];
    const { message, welcome } = alice.add(bob, carol);
    alice.receive(message);
    for (const other of [bob, carol]) other.join(welcome as Uint8Array);
    return [alice, bob, carol];
  }

  it("an external sender removes a member once a member commits it", () => {
    const [alice, bob, carol] = groupWithService();
    const proposal: Proposal = { kind: "remove", removed: carol.leafIndex };
    const signer = { senderIndex: 0, privateKey: service.privateKey };
    deliver([alice, bob, carol], proposeAsExternal(context, target(alice), proposal, signer));
    deliver([alice, bob, carol], bob.commit().message);
    expect(carol.wasRemoved).toBe(true);
    expect(toHex(alice.authenticator)).toBe(toHex(bob.authenticator));
  });

  it("refuses an unknown sender, another's signature and a kind that is not for outsiders", () => {
    const [alice, bob] = groupWithService();
    const proposal: Proposal = { kind: "remove", removed: 2 };
    const unknown = proposeAsExternal(context, target(alice), proposal, {
      senderIndex: 1,
      privateKey: service.privateKey,
    });
    expect(() => bob.receive(unknown)).toThrow(code("wrong-sender"));
    const stranger = context.suite.generateSignatureKeyPair();
    const forged = proposeAsExternal(context, target(alice), proposal, { senderIndex: 0, ...stranger });
    expect(() => bob.receive(forged)).toThrow(code("bad-signature"));
    const update = { kind: "external-init", kemOutput: new Uint8Array(32) } as const;
    const signer = { senderIndex: 0, privateKey: service.privateKey };
    expect(() => proposeAsExternal(context, target(alice), update, signer)).toThrow(code("invalid-proposal"));
  });

  it("a new member asks to be added", () => {
    const [alice, bob, carol] = groupWithService();
    const dan = new Member(context, "dan");
    deliver([alice, bob, carol], proposeOwnAdd(context, target(alice), dan.publish()));
    const { message, welcome } = carol.commit();
    deliver([alice, bob, carol], message);
    dan.join(welcome as Uint8Array);
    expect(toHex(dan.authenticator)).toBe(toHex(alice.authenticator));
  });
});

describe("external commits (RFC 9420 §12.4.3.2)", () => {
  it("join by oneself, with the tree in the group info or apart", () => {
    const members = groupOf(context, 3);
    const [alice] = members as [Member, Member, Member];
    for (const [i, ratchetTree] of [true, false].entries()) {
      const info = exportGroupInfo(context, alice.group, { externalPub: true, ratchetTree });
      const joiner = new Member(context, `joiner-${i}`);
      if (!ratchetTree) {
        expect(() => joinExternally(context, info, joiner.identity)).toThrow(code("invalid-group-info"));
      }
      const tree = ratchetTree ? {} : { ratchetTree: treeOf(alice) };
      const joined = joinExternally(context, info, joiner.identity, tree);
      const received = deliver(members, joined.message);
      expect(received[0]).toMatchObject({ kind: "commit", staged: { isExternal: true, committer: 3 + i } });
      joiner.group = joined.group;
      members.push(joiner);
      expect(new Set(members.map((member) => toHex(member.authenticator))).size).toBe(1);
    }
    expect(() => joinExternally(context, exportGroupInfo(context, alice.group), alice.identity)).toThrow(MlsError);
  });

  it("resync: comes back in place of an old leaf with the same signature key", () => {
    const members = groupOf(context, 4);
    const [alice, bob] = members as [Member, Member];
    const info = exportGroupInfo(context, alice.group, { externalPub: true });
    expect(() => joinExternally(context, info, bob.identity)).toThrow(code("invalid-tree"));
    const lost = bob.group;
    const joined = joinExternally(context, info, bob.identity, { removed: bob.leafIndex });
    const others = members.filter((member) => member !== bob);
    const [received] = deliver(others, joined.message);
    expect(received).toMatchObject({
      kind: "commit",
      staged: { removed: [{ leafIndex: 1 }], added: [{ leafIndex: 1 }] },
    });
    bob.group = joined.group;
    expect(new Set(members.map((member) => toHex(member.authenticator))).size).toBe(1);
    expect(lost.epoch.context.epoch).toBe(bob.epoch - 1n);
  });
});

function treeOf(member: Member): Uint8Array {
  return encodeRatchetTree(member.group.epoch.tree);
}
