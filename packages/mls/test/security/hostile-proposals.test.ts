import { toHex, utf8 } from "@redoubt/base";
import { describe, it } from "vitest";
import { type LeafNode, type MlsErrorCode, type Proposal, propose, proposeUpdate } from "../../src/index.js";
import { signWithLabel } from "../../src/labels.js";
import type { ProposalOrRef } from "../../src/structs/commit.js";
import { finishKeyPackage, keyPackageToBeSigned } from "../../src/structs/key-package.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, Member } from "../support/member.js";
import { byReference, byValue, forgePublic } from "./hostile.js";
import { expectRefused } from "./refused.js";

const key = new Uint8Array(32).fill(7);
const context = testContext(3, { psk: () => key });
const remove = (removed: number) => ({ kind: "remove", removed }) as const;

/** Four members; Alice, at leaf 0, is hostile. */
function group(): [Member, Member, Member, Member] {
  return groupOf(context, 4) as [Member, Member, Member, Member];
}

/** A commit of these proposals that Alice sends without her own client's leave. */
function commitOf(alice: Member, proposals: ProposalOrRef[]): Uint8Array {
  return forgePublic(context, alice.group, { kind: "commit", commit: { proposals, path: undefined } });
}

describe("a commit whose list of proposals is invalid is refused by all", () => {
  const psk: Proposal = { kind: "psk", psk: { kind: "external", id: utf8("k"), nonce: new Uint8Array(32) } };
  const reinit: Proposal = {
    kind: "reinit",
    reinit: { groupId: utf8("next"), version: 1, cipherSuite: 3, extensions: [] },
  };
  const extensions: Proposal = { kind: "group-context-extensions", extensions: [] };
  const lists: [string, Proposal[], MlsErrorCode][] = [
    ["removes its committer", [remove(0)], "invalid-proposal-list"],
    ["removes a member twice", [remove(1), remove(1)], "invalid-proposal-list"],
    ["removes a blank leaf", [remove(7)], "invalid-proposal"],
    ["has a ReInit beside others", [reinit, remove(1)], "invalid-proposal-list"],
    ["has two ReInits", [reinit, reinit], "invalid-proposal-list"],
    ["has a pre-shared key twice", [psk, psk], "invalid-proposal-list"],
    ["has two lists of extensions", [extensions, extensions], "invalid-proposal-list"],
    ["has an ExternalInit", [{ kind: "external-init", kemOutput: key }], "invalid-proposal-list"],
    ["has a self-removal by value", [{ kind: "self-remove" }], "invalid-proposal"],
    ["has a pre-shared key for a branch", [resumption("branch")], "invalid-proposal"],
    [
      "has a nonce of another length",
      [{ kind: "psk", psk: { ...psk.psk, nonce: key.subarray(1) } }],
      "invalid-proposal",
    ],
    ["removes without a path", [remove(1)], "path-required"],
    ["is empty without a path", [], "path-required"],
    ["changes the extensions without a path", [extensions], "path-required"],
  ];

  function resumption(usage: "branch" | "reinit"): Proposal {
    return { kind: "psk", psk: { kind: "resumption", usage, groupId: utf8("g"), epoch: 0n, nonce: key } };
  }

  it.each(lists)("that %s", (_name, proposals, code) => {
    const [alice, bob, carol, dan] = group();
    expectRefused([bob, carol, dan], commitOf(alice, byValue(...proposals)), code);
  });

  it("that updates its committer, by value or by reference", () => {
    const [alice, bob, carol] = group();
    const update = proposeUpdate(context, alice.group, {}, { framing: "public" });
    deliver([bob, carol], update.message);
    const [cached] = update.group.proposals.values();
    const content = cached?.content.framed.content;
    if (content?.kind !== "proposal") throw new TypeError("no proposal");
    expectRefused([bob, carol], commitOf(alice, byValue(content.proposal)), "invalid-proposal-list");
    expectRefused([bob, carol], commitOf(alice, [byReference(update.reference)]), "invalid-proposal-list");
  });

  it("that removes whom it updates", () => {
    const [alice, bob, carol] = group();
    const update = proposeUpdate(context, bob.group);
    deliver([alice, carol], update.message);
    const both = [byReference(update.reference), ...byValue(remove(1))];
    expectRefused([carol], commitOf(alice, both), "invalid-proposal-list");
  });

  it("that refers to a proposal nobody has, or to one only some have", () => {
    const [alice, bob, carol] = group();
    expectRefused([bob, carol], commitOf(alice, [byReference(key)]), "unknown-proposal");
    const sent = propose(context, alice.group, remove(3));
    bob.receive(sent.message);
    expectRefused([carol], commitOf(alice, [byReference(sent.reference)]), "unknown-proposal");
  });

  it("that adds a member who is there, or the same one twice", () => {
    const [alice, bob, carol] = group();
    const eve = new Member(context, "eve");
    const add = (member: Member): Proposal => ({ kind: "add", keyPackage: member.publish().keyPackage });
    expectRefused([bob], commitOf(alice, byValue(add(carol))), "invalid-tree");
    expectRefused([bob], commitOf(alice, byValue(add(eve), add(eve))), "invalid-tree");
  });

  it("that adds a client under another key", () => {
    const clientId = ({ credential }: LeafNode) => (credential.type === 1 ? toHex(credential.identity) : "");
    const named = testContext(3, { authentication: { ...context.authentication, clientId } });
    const [alice, bob] = groupOf(named, 2) as [Member, Member];
    const second = new Member(named, "member-1").publish();
    expectRefused([bob], commitOf(alice, byValue({ kind: "add", keyPackage: second.keyPackage })), "invalid-tree");
  });

  it("that adds a key package with a wrong signature, for another suite, or with one key for two", () => {
    const [alice, bob] = group();
    const { keyPackage } = new Member(context, "eve").publish();
    const wrong = { ...keyPackage, encoded: keyPackage.encoded.slice() };
    const last = wrong.encoded.length - 1;
    wrong.encoded[last] = (wrong.encoded[last] as number) ^ 1;
    const commit = commitOf(alice, byValue({ kind: "add", keyPackage: wrong }));
    expectRefused([bob], commit, "invalid-key-package");
    const other = new Member(testContext(1), "frank").publish().keyPackage;
    expectRefused([bob], commitOf(alice, byValue({ kind: "add", keyPackage: other })), "invalid-key-package");
    const eve = new Member(context, "eve");
    const { leafNode, ...rest } = eve.publish().keyPackage;
    const content = { ...rest, leafNode, initKey: leafNode.encryptionKey };
    const signed = keyPackageToBeSigned(content);
    const signature = signWithLabel(context.suite, eve.signatureKeys.privateKey, "KeyPackageTBS", signed);
    const twice = { kind: "add", keyPackage: finishKeyPackage(content, signature) } as const;
    expectRefused([bob], commitOf(alice, byValue(twice)), "invalid-key-package");
  });
});
