import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { checkTree } from "../../src/group/check-tree.js";
import {
  joinGroup,
  type KeyPackage,
  type LeafNode,
  MlsError,
  type MlsErrorCode,
  type OwnKeyPackage,
} from "../../src/index.js";
import { finishLeafNode } from "../../src/structs/leaf-node.js";
import { checkParentHashes } from "../../src/tree/parent-hash.js";
import type { ParentNode, RatchetTree } from "../../src/tree/ratchet-tree.js";
import { isInSubtree, nodeOfLeaf } from "../../src/tree/tree-math.js";
import { acceptAll, testContext } from "../support/context.js";
import { Member } from "../support/member.js";
import { forgeWelcome } from "./hostile-welcome.js";
import { at, buildShape, upTo } from "./shapes.js";

/** Clients are told apart by name, so that two with one signature key are two. */
const context = testContext(3, {
  authentication: {
    ...acceptAll,
    clientId: ({ credential }) => (credential.type === 1 ? toHex(credential.identity) : ""),
  },
});
const { suite } = context;
const members = buildShape(context, { leaves: 7, blanks: [5], filled: [0, 2, 4, 6, 1], unmerged: 1 });
const alice = at(members, 0);
const eve = new Member(context, "eve");
const own = eve.publish();
const rootNode = 7;

/** The tree with Eve at leaf 7, as it should be: she is unmerged at the root and at node 13. */
function soundTree(): RatchetTree {
  const tree = alice.group.epoch.tree.clone();
  tree.addLeaf(own.keyPackage.leafNode);
  return tree;
}

function secretBytes({ initPrivateKey, encryptionPrivateKey, signaturePrivateKey }: OwnKeyPackage): string {
  return [initPrivateKey, encryptionPrivateKey, signaturePrivateKey].map(toHex).join();
}

/** How Eve refuses; `undefined` if she joins. Her keys must be as they were. */
function refusal(welcome: Uint8Array, keyPackages = [own]): MlsErrorCode | undefined {
  const before = keyPackages.map(secretBytes);
  try {
    joinGroup(context, welcome, keyPackages);
    return undefined;
  } catch (error) {
    if (error instanceof MlsError) return error.code;
    throw error;
  } finally {
    expect(keyPackages.map(secretBytes)).toEqual(before);
  }
}

const parentAt = (tree: RatchetTree, node: number) => tree.parent(node) as ParentNode;
const leafAt = (tree: RatchetTree, leaf: number) => tree.leaf(leaf) as LeafNode;
const freshKey = () => suite.hpke.generateKeyPair().publicKey;

describe("a welcome", () => {
  it("that is as it should be is taken: the forger's tools are sound", () => {
    const tree = soundTree();
    expect(parentAt(tree, rootNode).unmergedLeaves).toEqual([5, 7]);
    expect(refusal(forgeWelcome(context, alice.group, own.keyPackage, tree))).toBeUndefined();
  });

  const hostileTrees: [string, (tree: RatchetTree) => void, MlsErrorCode][] = [
    [
      "with another key at a parent node",
      (t) => t.setParent(3, { ...parentAt(t, 3), encryptionKey: freshKey() }),
      "invalid-tree",
    ],
    [
      "with another key at the root",
      (t) => t.setParent(7, { ...parentAt(t, 7), encryptionKey: freshKey() }),
      "invalid-tree",
    ],
    [
      "with a parent node that nobody set",
      (t) => t.setParent(9, { encryptionKey: freshKey(), parentHash: new Uint8Array(0), unmergedLeaves: [] }),
      "invalid-tree",
    ],
    ["with a blank where a parent node was", (t) => blankParent(t), "invalid-tree"],
    [
      "with an unmerged leaf missing at one node",
      (t) => t.setParent(11, { ...parentAt(t, 11), unmergedLeaves: [] }),
      "invalid-tree",
    ],
    ["with an unmerged leaf missing at all nodes", (t) => dropUnmerged(t, 5), "invalid-tree"],
    [
      "with a merged leaf among the unmerged",
      (t) => t.setParent(7, { ...parentAt(t, 7), unmergedLeaves: [4, 5, 7] }),
      "invalid-tree",
    ],
    [
      "with an unmerged leaf from beside the node",
      (t) => t.setParent(3, { ...parentAt(t, 3), unmergedLeaves: [5] }),
      "invalid-tree",
    ],
    ["with two leaves in each other's place", (t) => swapLeaves(t, 2, 3), "invalid-tree"],
    ["with a member moved to another leaf", (t) => swapLeaves(t, 5, 6), "invalid-tree"],
    ["with a member twice", (t) => t.setLeaf(3, leafAt(t, 2)), "invalid-tree"],
    [
      "with the key of another node at a leaf",
      (t) => t.setLeaf(5, changed(leafAt(t, 5), { encryptionKey: leafAt(t, 2).encryptionKey })),
      "invalid-tree",
    ],
    [
      "with a member's signature key at two leaves",
      (t) => t.setLeaf(5, changed(leafAt(t, 5), { signatureKey: leafAt(t, 2).signatureKey })),
      "invalid-tree",
    ],
    [
      "with a leaf that its member did not sign",
      (t) => t.setLeaf(5, changed(leafAt(t, 5), { encryptionKey: freshKey() })),
      "invalid-leaf",
    ],
    [
      "with a leaf whose encryption key is of small order",
      (t) => t.setLeaf(5, changed(leafAt(t, 5), { encryptionKey: new Uint8Array(32) })),
      "invalid-leaf",
    ],
    ["without the newcomer", (t) => t.blankLeaf(7), "invalid-welcome"],
  ];

  function changed({ signature, encoded: _, ...leaf }: LeafNode, changes: Partial<LeafNode>): LeafNode {
    return finishLeafNode({ ...leaf, ...changes }, signature);
  }

  function swapLeaves(tree: RatchetTree, a: number, b: number): void {
    const [first, second] = [leafAt(tree, a), leafAt(tree, b)];
    tree.setLeaf(a, second);
    tree.setLeaf(b, first);
  }

  function blankParent(tree: RatchetTree): void {
    tree.setParent(3, undefined as unknown as ParentNode);
  }

  function dropUnmerged(tree: RatchetTree, leaf: number): void {
    for (const [node, parent] of [...tree.filledParents()]) {
      tree.setParent(node, { ...parent, unmergedLeaves: parent.unmergedLeaves.filter((other) => other !== leaf) });
    }
  }

  it.each(hostileTrees)("%s is refused", (_name, change, code) => {
    const tree = soundTree();
    change(tree);
    expect(refusal(forgeWelcome(context, alice.group, own.keyPackage, tree))).toBe(code);
  });

  it("whose tree calls a blank leaf unmerged, wherever its parent hashes allow it, is refused", () => {
    const present = buildShape(context, { leaves: 8, blanks: [3, 5], filled: [0, 2, 4, 6, 7, 1] });
    const { group } = at(present, 0);
    const tree = group.epoch.tree.clone();
    expect(tree.addLeaf(own.keyPackage.leafNode)).toBe(3);
    for (const [node, parent] of [...tree.filledParents()]) {
      if (!isInSubtree(nodeOfLeaf(5), node)) continue;
      const unmergedLeaves = [...parent.unmergedLeaves, 5].sort((a, b) => a - b);
      tree.setParent(node, { ...parent, unmergedLeaves });
    }
    expect(() => checkParentHashes(suite, tree)).not.toThrow();
    expect(refusal(forgeWelcome(context, group, own.keyPackage, tree))).toBe("invalid-tree");
  });

  it("whose tree is not that of the group context is refused", () => {
    const { treeHash } = alice.group.epoch.context;
    const forged = forgeWelcome(context, alice.group, own.keyPackage, soundTree(), { treeHash });
    expect(refusal(forged)).toBe("invalid-tree");
  });

  it("whose group info a stranger signed, or one member for another, is refused", () => {
    const { privateKey } = suite.generateSignatureKeyPair();
    const forge = (lies: object) => forgeWelcome(context, alice.group, own.keyPackage, soundTree(), lies);
    expect(refusal(forge({ privateKey }))).toBe("invalid-group-info");
    expect(refusal(forge({ signer: 1 }))).toBe("invalid-group-info");
    expect(refusal(forge({ signer: 1000 }))).toBe("invalid-group-info");
  });

  it("with a wrong confirmation tag is refused", () => {
    const confirmationTag = new Uint8Array(suite.hashLength);
    expect(refusal(forgeWelcome(context, alice.group, own.keyPackage, soundTree(), { confirmationTag }))).toBe(
      "bad-mac",
    );
  });

  it("with a path secret that leads to other keys, is short, or is for a blank node, is refused", () => {
    const forge = (tree: RatchetTree, pathSecret: Uint8Array) =>
      refusal(forgeWelcome(context, alice.group, own.keyPackage, tree, { pathSecret }));
    expect(forge(soundTree(), suite.random(suite.hashLength))).toBe("invalid-path");
    expect(forge(soundTree(), suite.random(suite.hashLength - 1))).toBe("invalid-welcome");
    const bare = buildShape(context, { leaves: 3 })[0] as Member;
    const tree = bare.group.epoch.tree.clone();
    tree.addLeaf(own.keyPackage.leafNode);
    const pathSecret = suite.random(suite.hashLength);
    expect(refusal(forgeWelcome(context, bare.group, own.keyPackage, tree, { pathSecret }))).toBe("invalid-welcome");
  });

  it("for somebody else, or encrypted to another key than it names, is refused", () => {
    const other = new Member(context, "frank").publish();
    const welcome = forgeWelcome(context, alice.group, own.keyPackage, soundTree());
    expect(refusal(welcome, [other])).toBe("not-for-us");
    expect(refusal(welcome, [])).toBe("not-for-us");
    expect(refusal(welcome, [other, own])).toBeUndefined();
    const misled = forgeWelcome(context, alice.group, own.keyPackage, soundTree(), { initKey: freshKey() });
    expect(refusal(misled)).toBe("invalid-welcome");
  });

  it("to a group that we are in already is refused", () => {
    const welcome = forgeWelcome(context, alice.group, own.keyPackage, soundTree());
    const join = () => joinGroup(context, welcome, [own], { isKnownGroup: () => true });
    expect(join).toThrow(expect.objectContaining({ code: "invalid-welcome" }));
  });

  it("with any byte changed, cut off anywhere or drawn out is refused", () => {
    const [founder] = buildShape(context, { leaves: 1 }) as [Member];
    const tree = founder.group.epoch.tree.clone();
    tree.addLeaf(own.keyPackage.leafNode);
    const welcome = forgeWelcome(context, founder.group, own.keyPackage, tree);
    expect(refusal(welcome)).toBeUndefined();
    const codes = new Set<MlsErrorCode | undefined>();
    for (let i = 0; i < welcome.length; i++) {
      const flipped = welcome.slice();
      flipped[i] = (flipped[i] as number) ^ (1 << (i % 8));
      codes.add(refusal(flipped));
      if (refusal(welcome.subarray(0, i)) !== "malformed") codes.add(undefined);
    }
    codes.add(refusal(Uint8Array.of(...welcome, 0)));
    expect(codes).toEqual(new Set(["malformed", "unsupported", "invalid-welcome", "not-for-us"]));
  });
});

describe("a tree that a joiner checks", () => {
  it("has no node whose key can be changed without notice", () => {
    for (const node of upTo(15)) {
      const tree = soundTree();
      if (tree.isBlank(node) || node === 14) continue;
      if (node % 2 === 1) tree.setParent(node, { ...parentAt(tree, node), encryptionKey: freshKey() });
      else {
        const { signature, encoded: _, ...leaf } = leafAt(tree, node / 2);
        tree.setLeaf(node / 2, finishLeafNode({ ...leaf, encryptionKey: freshKey() }, signature));
      }
      expect(refusal(forgeWelcome(context, alice.group, own.keyPackage as KeyPackage, tree))).toMatch(
        /invalid-(tree|leaf)/,
      );
    }
    const { context: groupContext, tree } = alice.group.epoch;
    expect(() => checkTree(context, tree, groupContext)).not.toThrow();
  });
});
