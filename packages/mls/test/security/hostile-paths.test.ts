import { equalBytes, utf8 } from "@redoubt/base";
import { describe, it } from "vitest";
import type { LeafNode, MlsErrorCode } from "../../src/index.js";
import type { Commit, UpdatePathNode } from "../../src/structs/commit.js";
import { testContext } from "../support/context.js";
import { groupOf, type Member } from "../support/member.js";
import { forgeCommit, pathOf, resign } from "./hostile.js";
import { expectRefused } from "./refused.js";

const context = testContext(3);
const { suite } = context;

/** Four members; Alice, at leaf 0, is hostile. */
function group(): [Member, Member, Member, Member] {
  return groupOf(context, 4) as [Member, Member, Member, Member];
}

describe("a commit with a path that is invalid is refused by all", () => {
  const changes: [string, (commit: Commit, alice: Member) => Partial<ReturnType<typeof pathOf>>, MlsErrorCode][] = [
    [
      "with a parent hash that does not fit",
      (commit, alice) => ({
        leafNode: resign(context, alice.group, pathOf(commit).leafNode, {
          source: { kind: "commit", parentHash: new Uint8Array(32) },
        }),
      }),
      "invalid-path",
    ],
    [
      "with a leaf of another source",
      (commit, alice) => ({
        leafNode: resign(context, alice.group, pathOf(commit).leafNode, { source: { kind: "update" } }),
      }),
      "invalid-leaf",
    ],
    [
      "with a leaf that another signed",
      (commit) => {
        const { leafNode } = pathOf(commit);
        const encoded = leafNode.encoded.slice();
        encoded[encoded.length - 1] = (encoded.at(-1) as number) ^ 1;
        return { leafNode: { ...leafNode, encoded } };
      },
      "invalid-leaf",
    ],
    [
      "with the committer's old key in its leaf",
      (commit, alice) => ({
        leafNode: resign(context, alice.group, pathOf(commit).leafNode, {
          encryptionKey: alice.group.epoch.tree.encryptionKey(0),
        }),
      }),
      "invalid-leaf",
    ],
    [
      "with another member's key in its leaf",
      (commit, alice) => ({
        leafNode: resign(context, alice.group, pathOf(commit).leafNode, {
          encryptionKey: alice.group.epoch.tree.encryptionKey(4),
        }),
      }),
      "invalid-path",
    ],
    [
      "with another member's key in a node",
      (commit, alice) => ({ nodes: swapKey(commit, alice.group.epoch.tree.encryptionKey(4)) }),
      "invalid-path",
    ],
    [
      "with its leaf's key in a node",
      (commit) => ({ nodes: swapKey(commit, pathOf(commit).leafNode.encryptionKey) }),
      "invalid-path",
    ],
    ["with a node too few", (commit) => ({ nodes: pathOf(commit).nodes.slice(1) }), "invalid-path"],
    [
      "with a node too many",
      (commit) => ({
        nodes: [
          ...pathOf(commit).nodes,
          { encryptionKey: suite.hpke.generateKeyPair().publicKey, encryptedPathSecrets: [] },
        ],
      }),
      "invalid-path",
    ],
    [
      "with a ciphertext too few",
      (commit) => ({
        nodes: pathOf(commit).nodes.map((node) => ({
          ...node,
          encryptedPathSecrets: node.encryptedPathSecrets.slice(1),
        })),
      }),
      "invalid-path",
    ],
    [
      "with a key of small order in a node",
      (commit) => ({ nodes: swapKey(commit, new Uint8Array(32)) }),
      "invalid-path",
    ],
  ];

  function swapKey(commit: Commit, encryptionKey: Uint8Array): UpdatePathNode[] {
    return pathOf(commit).nodes.map((node, i) => (i === 0 ? { ...node, encryptionKey } : node));
  }

  it.each(changes)("%s", (_name, change, code) => {
    const [alice, bob, carol, dan] = group();
    const forged = forgeCommit(context, alice.group, {}, (commit) => ({
      ...commit,
      path: { ...pathOf(commit), ...change(commit, alice) },
    }));
    expectRefused([bob, carol, dan], forged, code);
  });

  it("with a leaf that lacks a capability which the group requires, or its own credential", () => {
    const [alice, bob] = group();
    for (const field of ["versions", "cipherSuites", "credentials"] as const) {
      const forged = forgeCommit(context, alice.group, {}, (commit) => {
        const { leafNode } = pathOf(commit);
        const capabilities = { ...leafNode.capabilities, [field]: [] };
        return {
          ...commit,
          path: { ...pathOf(commit), leafNode: resign(context, alice.group, leafNode, { capabilities }) },
        };
      });
      expectRefused([bob], forged, "invalid-leaf");
    }
  });

  it("with a credential that may not succeed the old one", () => {
    const isSuccessor = (before: LeafNode, after: LeafNode) =>
      before.credential.type === 1 &&
      after.credential.type === 1 &&
      equalBytes(before.credential.identity, after.credential.identity);
    const strict = testContext(3, { authentication: { ...context.authentication, isSuccessor } });
    const [alice, bob] = groupOf(strict, 2) as [Member, Member];
    const forged = forgeCommit(strict, alice.group, {}, (commit) => {
      const credential = { type: 1, identity: utf8("the boss") } as const;
      return {
        ...commit,
        path: { ...pathOf(commit), leafNode: resign(strict, alice.group, pathOf(commit).leafNode, { credential }) },
      };
    });
    expectRefused([bob], forged, "invalid-leaf");
  });
});
