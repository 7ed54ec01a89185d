import { describe, expect, it } from "vitest";
import { exportGroupInfo, joinExternally, type Proposal, propose } from "../../src/index.js";
import type { Commit, ProposalOrRef } from "../../src/structs/commit.js";
import { decodeMessage } from "../../src/structs/message.js";
import { testContext } from "../support/context.js";
import { groupOf, Member } from "../support/member.js";
import { byReference, byValue, forgePublic } from "./hostile.js";
import { expectRefused, refusalOf } from "./refused.js";

const context = testContext(3);
const { suite } = context;
const remove = (removed: number) => ({ kind: "remove", removed }) as const;

/** Four members of the group that is joined. */
function group(): [Member, Member, Member, Member] {
  return groupOf(context, 4) as [Member, Member, Member, Member];
}

describe("an external commit", () => {
  /** Eve joins by a commit of her own; `change` is done before she signs it. */
  function externalCommit(alice: Member, change: (commit: Commit) => Commit): Uint8Array {
    const eve = new Member(context, "eve");
    const info = exportGroupInfo(context, alice.group, { externalPub: true });
    const { message } = joinExternally(context, info, eve.identity);
    const parsed = decodeMessage(message);
    if (parsed.kind !== "public" || parsed.message.framed.content.kind !== "commit") throw new TypeError("public");
    const commit = change(parsed.message.framed.content.commit);
    const confirmationTag = parsed.message.auth.confirmationTag as Uint8Array;
    const lies = { sender: { kind: "new-member-commit" }, privateKey: eve.signatureKeys.privateKey } as const;
    return forgePublic(context, alice.group, { kind: "commit", commit }, { ...lies, confirmationTag });
  }

  it("is accepted as it is", () => {
    const [alice, bob, carol] = group();
    const { message } = joinExternally(
      context,
      exportGroupInfo(context, alice.group, { externalPub: true }),
      new Member(context, "eve").identity,
    );
    for (const member of [bob, carol]) expect(refusalOf(member, message)).toBeUndefined();
  });

  it("is refused with a proposal by reference, an Add, two removals, or two ExternalInits", () => {
    const [alice, bob] = group();
    const sent = propose(context, alice.group, remove(3));
    bob.receive(sent.message);
    const joinedBy = (...more: ProposalOrRef[]) =>
      externalCommit(alice, (commit) => ({ ...commit, proposals: [...commit.proposals, ...more] }));
    const add: Proposal = { kind: "add", keyPackage: new Member(context, "dan").publish().keyPackage };
    expectRefused([bob], joinedBy(byReference(sent.reference)), "invalid-proposal-list");
    expectRefused([bob], joinedBy(...byValue(add)), "invalid-proposal-list");
    expectRefused([bob], joinedBy(...byValue(remove(1), remove(2))), "invalid-proposal-list");
    const twice = externalCommit(alice, (commit) => ({
      ...commit,
      proposals: [...commit.proposals, ...commit.proposals],
    }));
    expectRefused([bob], twice, "invalid-proposal-list");
    const none = externalCommit(alice, (commit) => ({ ...commit, proposals: [] }));
    expectRefused([bob], none, "invalid-proposal-list");
  });

  it("is refused if it removes another client in its own favour", () => {
    const picky = {
      ...context,
      authentication: {
        ...context.authentication,
        isSuccessor: (before: { signatureKey: Uint8Array }, after: { signatureKey: Uint8Array }) =>
          before.signatureKey.every((byte, i) => byte === after.signatureKey[i]),
      },
    };
    const members = groupOf(picky, 3) as [Member, Member, Member];
    const info = exportGroupInfo(picky, members[0].group, { externalPub: true });
    const { message } = joinExternally(picky, info, new Member(picky, "eve").identity, { removed: 1 });
    expectRefused([members[1], members[2]], message, "invalid-leaf");
    const back = joinExternally(picky, info, members[1].identity, { removed: 1 });
    expect(refusalOf(members[2], back.message)).toBeUndefined();
  });

  it("is refused with a confirmation tag that the group's secrets do not give", () => {
    const [alice, bob] = group();
    const forged = externalCommit(alice, (commit) => ({ ...commit }));
    expect(refusalOf(bob, forged)).toBeUndefined();
    const [alice2, bob2] = group();
    const mixed = externalCommit(alice2, ({ proposals, path }) => ({
      proposals: proposals.map((item) =>
        item.kind === "proposal" && item.proposal.kind === "external-init"
          ? { kind: "proposal", proposal: { ...item.proposal, kemOutput: suite.hpke.generateKeyPair().publicKey } }
          : item,
      ),
      path,
    }));
    expectRefused([bob2], mixed, "bad-mac");
  });
});
