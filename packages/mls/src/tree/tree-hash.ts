import type { CipherSuite } from "@redoubt/crypto";
import { Writer } from "../codec/writer.js";
import { writeLeafNode } from "../structs/leaf-node.js";
import { type ParentNode, type ReadonlyTree, writeParentNode } from "./ratchet-tree.js";
import { isInSubtree, isLeafNodeIndex, left, nodeOfLeaf, right } from "./tree-math.js";

/** The tree hash of a node (RFC 9420 §7.8), of the root if none is named. Cached in the tree. */
export function treeHash(suite: CipherSuite, tree: ReadonlyTree, node = tree.root): Uint8Array {
  const cached = tree.cachedHash(node);
  if (cached !== undefined) return cached;
  const hash = isLeafNodeIndex(node)
    ? leafHash(suite, tree, node)
    : parentNodeHash(suite, tree.parent(node), treeHash(suite, tree, left(node)), treeHash(suite, tree, right(node)));
  tree.cacheHash(node, hash);
  return hash;
}

/**
 * The tree hash of a node as if the leaves of `without` were blank and in no list of unmerged leaves: the original
 * sibling tree hash of RFC 9420 §7.9.
 */
export function treeHashWithout(
  suite: CipherSuite,
  tree: ReadonlyTree,
  node: number,
  without: readonly number[],
): Uint8Array {
  const below = without.filter((leaf) => isInSubtree(nodeOfLeaf(leaf), node));
  if (below.length === 0) return treeHash(suite, tree, node);
  if (isLeafNodeIndex(node)) return leafNodeHash(suite, node >>> 1, undefined);
  const parent = tree.parent(node);
  return parentNodeHash(
    suite,
    parent && { ...parent, unmergedLeaves: withoutLeaves(parent.unmergedLeaves, below) },
    treeHashWithout(suite, tree, left(node), below),
    treeHashWithout(suite, tree, right(node), below),
  );
}

function withoutLeaves(leaves: readonly number[], without: readonly number[]): readonly number[] {
  const excluded = new Set(without);
  return leaves.filter((leaf) => !excluded.has(leaf));
}

function leafHash(suite: CipherSuite, tree: ReadonlyTree, node: number): Uint8Array {
  return leafNodeHash(suite, node >>> 1, tree.leaf(node >>> 1));
}

function leafNodeHash(suite: CipherSuite, leafIndex: number, leaf: ReturnType<ReadonlyTree["leaf"]>): Uint8Array {
  const writer = new Writer();
  return suite.hash(writer.u8(1).u32(leafIndex).optional(leaf, writeLeafNode).finish());
}

function parentNodeHash(
  suite: CipherSuite,
  parent: ParentNode | undefined,
  leftHash: Uint8Array,
  rightHash: Uint8Array,
): Uint8Array {
  const writer = new Writer().u8(2).optional(parent, writeParentNode);
  return suite.hash(writer.opaque(leftHash).opaque(rightHash).finish());
}
