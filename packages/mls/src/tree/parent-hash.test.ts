import { describe, expect, it } from "vitest";
import { suiteOf } from "../../test/support/context.js";
import { finishLeafNode, type LeafNode, type LeafNodeSource } from "../structs/leaf-node.js";
import { checkParentHashes, checkUnmergedLeaves, setPathKeys } from "./parent-hash.js";
import { RatchetTree } from "./ratchet-tree.js";

const suite = suiteOf(3);
const empty = new Uint8Array(0);
const invalid = expect.objectContaining({ code: "invalid-tree" });

function leafNumber(number: number, source: LeafNodeSource = { kind: "update" }): LeafNode {
  const none = { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] };
  const encryptionKey = Uint8Array.of(number);
  const credential = { type: 1, identity: empty } as const;
  const content = { encryptionKey, signatureKey: empty, credential, capabilities: none, extensions: [] };
  return finishLeafNode({ ...content, source }, empty);
}

/** Four members, of whom the first has set a path. */
function treeWithPath(): RatchetTree {
  const leaves = [0, 1, 2, 3].map((number) => leafNumber(number));
  const tree = new RatchetTree(leaves, [undefined, undefined, undefined]);
  const path = tree.filteredDirectPath(0).map((step) => ({ ...step, encryptionKey: Uint8Array.of(10 + step.node) }));
  const parentHash = setPathKeys(suite, tree, 0, path);
  tree.setLeaf(0, leafNumber(0, { kind: "commit", parentHash }));
  return tree;
}

describe("parent hashes", () => {
  it("fit after a path, and after joins below it", () => {
    const tree = treeWithPath();
    expect(() => checkParentHashes(suite, tree)).not.toThrow();
    tree.blankLeaf(3);
    tree.addLeaf(leafNumber(4));
    expect(() => checkParentHashes(suite, tree)).not.toThrow();
  });

  it.each([
    { what: "a key", change: (tree: RatchetTree) => tree.setParent(1, { ...tree.parent(1)!, encryptionKey: empty }) },
    {
      what: "a parent hash",
      change: (tree: RatchetTree) => tree.setParent(1, { ...tree.parent(1)!, parentHash: empty }),
    },
    { what: "a leaf on the copath", change: (tree: RatchetTree) => tree.setLeaf(1, leafNumber(7)) },
    { what: "the leaf that set it", change: (tree: RatchetTree) => tree.setLeaf(0, leafNumber(0)) },
    {
      what: "an unmerged leaf that was not",
      change: (tree: RatchetTree) => tree.setParent(3, { ...tree.parent(3)!, unmergedLeaves: [2] }),
    },
  ])("do not fit another $what", ({ change }) => {
    const tree = treeWithPath();
    change(tree);
    expect(() => checkParentHashes(suite, tree)).toThrow(invalid);
  });
});

describe("unmerged leaves", () => {
  const withLists = (left: number[] | undefined, root: number[]) => {
    const parent = (unmergedLeaves: number[]) => ({ encryptionKey: empty, parentHash: empty, unmergedLeaves });
    const leaves = [leafNumber(0), leafNumber(1), leafNumber(2), undefined];
    return new RatchetTree(leaves, [left && parent(left), parent(root), undefined]);
  };

  it("are members below their node, and unmerged at every filled node between", () => {
    expect(() => checkUnmergedLeaves(withLists([1], [1, 2]))).not.toThrow();
    expect(() => checkUnmergedLeaves(withLists([1], []))).not.toThrow();
    expect(() => checkUnmergedLeaves(withLists(undefined, [0, 1, 2]))).not.toThrow();
  });

  it.each([
    { what: "blank", left: [], root: [3] },
    { what: "beyond the tree", left: [], root: [4] },
    { what: "beyond every tree", left: [], root: [0xffffffff] },
    { what: "not below its node", left: [2], root: [2] },
    { what: "merged further down", left: [], root: [1] },
  ])("are refused where one is $what", ({ left, root }) => {
    expect(() => checkUnmergedLeaves(withLists(left, root))).toThrow(invalid);
  });
});
