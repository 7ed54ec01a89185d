import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { encryptorWithLabel } from "../../src/labels.js";
import type { UpdatePathNode } from "../../src/structs/commit.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import { decodeMessage } from "../../src/structs/message.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, type Member } from "../support/member.js";
import { forgeCommit, forgePublic, pathOf } from "./hostile.js";
import { expectRefused, refusalOf } from "./refused.js";

const key = new Uint8Array(32).fill(7);
const context = testContext(3);
const { suite } = context;

/** Four members; Alice, at leaf 0, is hostile. */
function group(): [Member, Member, Member, Member] {
  return groupOf(context, 4) as [Member, Member, Member, Member];
}

describe("a commit that is not what it says", () => {
  it("is accepted where nothing is wrong with it: the forger's tools are sound", () => {
    const [alice, bob, carol, dan] = group();
    const forged = forgeCommit(context, alice.group, { proposals: [{ kind: "remove", removed: 3 }] }, (commit) => ({
      ...commit,
    }));
    for (const member of [bob, carol, dan]) expect(refusalOf(member, forged)).toBeUndefined();
    expect(dan.wasRemoved).toBe(true);
    expect(bob.authenticator).toEqual(carol.authenticator);
  });

  it("is refused with a wrong confirmation tag, membership tag or signature", () => {
    const [alice, bob, carol] = group();
    const members = [bob, carol];
    const { message } = alice.commit({ framing: "public" });
    const parsed = decodeMessage(message);
    if (parsed.kind !== "public" || parsed.message.auth.confirmationTag === undefined) throw new TypeError("public");
    const { content } = parsed.message.framed;
    expectRefused(members, forgePublic(context, alice.group, content), "bad-mac");
    const { confirmationTag } = parsed.message.auth;
    const wrong = new Uint8Array(32);
    expectRefused(
      members,
      forgePublic(context, alice.group, content, { confirmationTag, membershipTag: wrong }),
      "bad-mac",
    );
    const { privateKey } = suite.generateSignatureKeyPair();
    expectRefused(
      members,
      forgePublic(context, alice.group, content, { confirmationTag, privateKey }),
      "bad-signature",
    );
    const right = forgePublic(context, alice.group, content, { confirmationTag });
    for (const member of members) expect(refusalOf(member, right)).toBeUndefined();
  });

  it("and leaves some behind (§16.12) is noticed by those; they stay in their epoch and read on", () => {
    const [alice, bob, carol, dan] = group();
    const late = bob.seal("in the old epoch");
    const forged = forgeCommit(context, alice.group, {}, (commit, after) => {
      const { confirmedTranscriptHash } = alice.group.epoch.context;
      const provisional = encodeGroupContext({ ...after.epoch.context, confirmedTranscriptHash });
      const encrypt = encryptorWithLabel(suite, "UpdatePathNode", provisional);
      const nodes = pathOf(commit).nodes.map((node, i) => {
        if (i !== 1) return node;
        const target = alice.group.epoch.tree.resolution(5);
        return {
          ...node,
          encryptedPathSecrets: target.map((to) => encrypt(alice.group.epoch.tree.encryptionKey(to), key)),
        };
      });
      return { ...commit, path: { ...pathOf(commit), nodes } };
    });
    expectRefused([carol, dan], forged, "invalid-path");
    expect(refusalOf(bob, forged)).toBeUndefined();
    expect(carol.receive(late)).toMatchObject({ kind: "application", data: utf8("in the old epoch") });
    const healed = carol.commit();
    deliver([carol, dan], healed.message);
    expect(carol.authenticator).toEqual(dan.authenticator);
  });

  it("and whose path secret is garbage or of another length is refused", () => {
    const [alice, bob, carol] = group();
    const garbage = forgeCommit(context, alice.group, {}, (commit) => {
      const nodes = pathOf(commit).nodes.map((node) => ({
        ...node,
        encryptedPathSecrets: node.encryptedPathSecrets.map(({ kemOutput, ciphertext }) => ({
          kemOutput,
          ciphertext: ciphertext.map((byte) => byte ^ 1),
        })),
      }));
      return { ...commit, path: { ...pathOf(commit), nodes } };
    });
    expectRefused([bob, carol], garbage, "invalid-path");
    const short = forgeCommit(context, alice.group, {}, (commit, after) => {
      const { confirmedTranscriptHash } = alice.group.epoch.context;
      const provisional = encodeGroupContext({ ...after.epoch.context, confirmedTranscriptHash });
      const encrypt = encryptorWithLabel(suite, "UpdatePathNode", provisional);
      const { tree } = alice.group.epoch;
      const [first, ...rest] = pathOf(commit).nodes as [UpdatePathNode, ...UpdatePathNode[]];
      const encryptedPathSecrets = [encrypt(tree.encryptionKey(2), key.subarray(1))];
      return { ...commit, path: { ...pathOf(commit), nodes: [{ ...first, encryptedPathSecrets }, ...rest] } };
    });
    expectRefused([bob], short, "invalid-path");
  });
});
