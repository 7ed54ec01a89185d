import { emptyBytes, equalBytes } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { Writer } from "../codec/writer.js";
import { demand } from "../error.js";
import type { ParentNode, RatchetTree, ReadonlyTree } from "./ratchet-tree.js";
import { treeHash, treeHashWithout } from "./tree-hash.js";
import { directPath, isInSubtree, isLeafNodeIndex, left, nodeOfLeaf, right } from "./tree-math.js";

function parentHash(
  suite: CipherSuite,
  parent: Pick<ParentNode, "encryptionKey" | "parentHash">,
  originalSiblingTreeHash: Uint8Array,
): Uint8Array {
  const writer = new Writer().opaque(parent.encryptionKey).opaque(parent.parentHash);
  return suite.hash(writer.opaque(originalSiblingTreeHash).finish());
}

/**
 * Sets new keys on a leaf's filtered direct path, with their parent hashes from the root down (RFC 9420 §7.9), and
 * blanks the rest of the direct path.
 *
 * @param path the filtered direct path, from the leaf up, with the new keys
 * @returns the parent hash that the leaf itself must carry; empty if the path is empty
 */
export function setPathKeys(
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  path: readonly { readonly node: number; readonly copath: number; readonly encryptionKey: Uint8Array }[],
): Uint8Array {
  tree.blankPath(leafIndex);
  let above: Uint8Array = emptyBytes;
  for (const { node, copath, encryptionKey } of path.toReversed()) {
    const parent = { encryptionKey, parentHash: above, unmergedLeaves: [] };
    tree.setParent(node, parent);
    above = parentHash(suite, parent, treeHash(suite, tree, copath));
  }
  return above;
}

/**
 * Checks that every parent node was set by a member below it (RFC 9420 §7.9.2).
 *
 * @throws MlsError `invalid-tree`
 */
export function checkParentHashes(suite: CipherSuite, tree: ReadonlyTree): void {
  for (const [node, parent] of tree.filledParents()) {
    const valid =
      isSetFrom(suite, tree, parent, left(node), right(node)) ||
      isSetFrom(suite, tree, parent, right(node), left(node));
    demand(valid, "invalid-tree", "a parent hash does not fit");
  }
}

/** Whether the parent's key came in through `child`: some node D of the child's resolution carries its parent hash. */
function isSetFrom(
  suite: CipherSuite,
  tree: ReadonlyTree,
  parent: ParentNode,
  child: number,
  sibling: number,
): boolean {
  const resolution = tree.resolution(child);
  // D comes first unless the child is blank; what is left must be exactly the unmerged leaves below the child.
  const unmerged = new Set(parent.unmergedLeaves.map(nodeOfLeaf).filter((leaf) => isInSubtree(leaf, child)));
  const merged = resolution.filter((node) => !unmerged.has(node));
  if (merged.length !== 1 || resolution.length !== unmerged.size + 1) return false;
  const carried = carriedParentHash(tree, merged[0] as number);
  if (carried === undefined) return false;
  const original = treeHashWithout(suite, tree, sibling, parent.unmergedLeaves);
  return equalBytes(carried, parentHash(suite, parent, original));
}

function carriedParentHash(tree: ReadonlyTree, node: number): Uint8Array | undefined {
  if (!isLeafNodeIndex(node)) return tree.parent(node)?.parentHash;
  const source = tree.leaf(node >>> 1)?.source;
  return source?.kind === "commit" ? source.parentHash : undefined;
}

/**
 * Checks the lists of unmerged leaves (RFC 9420 §12.4.3.1): each entry is a member below the node and is unmerged at
 * every filled node between.
 *
 * @throws MlsError `invalid-tree`
 */
export function checkUnmergedLeaves(tree: ReadonlyTree): void {
  const unmerged = new Map([...tree.filledParents()].map(([node, parent]) => [node, new Set(parent.unmergedLeaves)]));
  for (const [node, leaves] of unmerged) {
    for (const leaf of leaves) {
      const below = nodeOfLeaf(leaf);
      const isMember = tree.leaf(leaf) !== undefined && isInSubtree(below, node);
      demand(isMember, "invalid-tree", "an unmerged leaf is not a member below its node");
      for (const between of directPath(below, tree.leafCount)) {
        if (between === node) break;
        const listed = unmerged.get(between)?.has(leaf) ?? true;
        demand(listed, "invalid-tree", "an unmerged leaf is merged further down");
      }
    }
  }
}
