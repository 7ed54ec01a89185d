import { equalBytes, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import type { LeafNode, MlsErrorCode } from "../../src/index.js";
import type { UpdatePath } from "../../src/structs/commit.js";
import { testContext } from "../support/context.js";
import { groupOf, type Member } from "../support/member.js";
import { forgeCommit, forgePath, type PathLies, pathOf } from "./hostile.js";
import { expectRefused, refusalOf } from "./refused.js";

const context = testContext(3);
const { suite } = context;

/** Four members; Alice, at leaf 0, is hostile. Her path has two nodes: 1 above Bob, 3 above Carol and Dan. */
function group(): [Member, Member, Member, Member] {
  return groupOf(context, 4) as [Member, Member, Member, Member];
}

/** The key of Carol's leaf. */
const another = ({ group: { epoch } }: Member) => epoch.tree.encryptionKey(4);

describe("a path that is wrong in one thing is refused by all", () => {
  it("and one that is wrong in nothing is accepted: the forger's tools are sound", () => {
    const [alice, bob, carol, dan] = group();
    const forged = forgePath(context, alice.group, {});
    for (const member of [bob, carol, dan]) expect(refusalOf(member, forged)).toBeUndefined();
    expect(bob.authenticator).toEqual(dan.authenticator);
  });

  const lies: [string, (alice: Member) => PathLies, MlsErrorCode][] = [
    ["with a parent hash that does not fit", () => ({ parentHash: new Uint8Array(32) }), "invalid-path"],
    ["with a leaf of another source", () => ({ leaf: { source: { kind: "update" } } }), "invalid-leaf"],
    ["with a leaf that another signed", () => ({ badSignature: true }), "invalid-leaf"],
    [
      "with the committer's old key in its leaf",
      ({ group: { epoch } }) => ({ leaf: { encryptionKey: epoch.tree.encryptionKey(0) } }),
      "invalid-leaf",
    ],
    ["with another member's key in its leaf", (alice) => ({ leaf: { encryptionKey: another(alice) } }), "invalid-path"],
    ["with a key of small order in its leaf", () => ({ leaf: { encryptionKey: new Uint8Array(32) } }), "invalid-leaf"],
    ["with a key of small order in a node", () => ({ nodeKeys: [new Uint8Array(32)] }), "invalid-path"],
    ["with a short key in a node", () => ({ nodeKeys: [new Uint8Array(31).fill(9)] }), "invalid-path"],
    ["without the version in its capabilities", (alice) => without(alice, "versions"), "invalid-leaf"],
    ["without the suite in its capabilities", (alice) => without(alice, "cipherSuites"), "invalid-leaf"],
    ["without its credential in its capabilities", (alice) => without(alice, "credentials"), "invalid-leaf"],
    [
      "with an extension that is not in its capabilities",
      () => ({ leaf: { extensions: [{ type: 0xf123, data: new Uint8Array(0) }] } }),
      "invalid-leaf",
    ],
  ];

  function without({ group: { epoch } }: Member, field: "versions" | "cipherSuites" | "credentials"): PathLies {
    const { capabilities } = epoch.tree.leaf(0) as LeafNode;
    return { leaf: { capabilities: { ...capabilities, [field]: [] } } };
  }

  it.each(lies)("%s", (_name, lie, code) => {
    const [alice, bob, carol, dan] = group();
    expectRefused([bob, carol, dan], forgePath(context, alice.group, lie(alice)), code);
  });

  it("with another member's key, or one key twice, in a node: those that cannot tell from the secrets see it too", () => {
    const [alice, bob, carol, dan] = group();
    const fresh = suite.hpke.generateKeyPair().publicKey;
    const choices: PathLies[] = [
      { nodeKeys: [another(alice)] },
      { nodeKeys: [fresh], leaf: { encryptionKey: fresh } },
      { nodeKeys: [alice.group.epoch.tree.encryptionKey(6), fresh] },
    ];
    for (const lie of choices) expectRefused([bob, carol, dan], forgePath(context, alice.group, lie), "invalid-path");
  });

  it("with a key that its path secret does not lead to, by those who get the secret", () => {
    const [alice, bob, carol, dan] = group();
    const forged = forgePath(context, alice.group, { nodeKeys: [suite.hpke.generateKeyPair().publicKey] });
    expectRefused([bob], forged, "invalid-path");
    for (const member of [carol, dan]) expect(refusalOf(member, forged)).toBeUndefined();
  });

  it("with a credential that may not succeed the old one", () => {
    const isSuccessor = (before: LeafNode, after: LeafNode) =>
      before.credential.type === 1 &&
      after.credential.type === 1 &&
      equalBytes(before.credential.identity, after.credential.identity);
    const strict = testContext(3, { authentication: { ...context.authentication, isSuccessor } });
    const [alice, bob] = groupOf(strict, 2) as [Member, Member];
    const leaf = { credential: { type: 1, identity: utf8("the boss") } } as const;
    expectRefused([bob], forgePath(strict, alice.group, { leaf }), "invalid-leaf");
    expect(refusalOf(bob, forgePath(strict, alice.group, {}))).toBeUndefined();
  });
});

describe("a path of another form is refused by all", () => {
  const forms: [string, (path: UpdatePath) => UpdatePath["nodes"]][] = [
    ["with a node too few", ({ nodes }) => nodes.slice(1)],
    ["with no nodes", () => []],
    [
      "with a node too many",
      ({ nodes }) => [...nodes, { encryptionKey: suite.hpke.generateKeyPair().publicKey, encryptedPathSecrets: [] }],
    ],
    [
      "with a ciphertext too few",
      ({ nodes }) => nodes.map((node) => ({ ...node, encryptedPathSecrets: node.encryptedPathSecrets.slice(1) })),
    ],
    [
      "with a ciphertext too many",
      ({ nodes }) =>
        nodes.map((node) => ({
          ...node,
          encryptedPathSecrets: [...node.encryptedPathSecrets, ...node.encryptedPathSecrets],
        })),
    ],
  ];

  it.each(forms)("%s", (_name, change) => {
    const [alice, bob, carol, dan] = group();
    const forged = forgeCommit(context, alice.group, {}, (commit) => ({
      ...commit,
      path: { ...pathOf(commit), nodes: change(pathOf(commit)) },
    }));
    expectRefused([bob, carol, dan], forged, "invalid-path");
  });
});
