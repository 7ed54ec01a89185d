import { limits, maxLeaves } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { demand, MlsError } from "../error.js";
import { type LeafNode, readLeafNode, writeLeafNode } from "../structs/leaf-node.js";
import * as math from "./tree-math.js";

/** ParentNode (RFC 9420 §7.1). `unmergedLeaves` are leaf indices in increasing order. */
export interface ParentNode {
  readonly encryptionKey: Uint8Array;
  readonly parentHash: Uint8Array;
  readonly unmergedLeaves: readonly number[];
}

/** What may be done with the tree of a state: read it, or clone it and change the clone. */
export type ReadonlyTree = Omit<
  RatchetTree,
  "addLeaf" | "setLeaf" | "blankLeaf" | "setParent" | "blankPath" | "replaceLeaf" | "placeJoiner"
>;

/**
 * A ratchet tree (RFC 9420 §7): full, with blank nodes. Nodes are immutable; changing the tree changes which node
 * stands where and drops the tree hashes above it. Cloning copies the arrays of references only.
 */
export class RatchetTree {
  readonly #leaves: (LeafNode | undefined)[];
  readonly #parents: (ParentNode | undefined)[];
  readonly #hashes: (Uint8Array | undefined)[];

  /** `leaves.length` is a power of two, `parents` one shorter: parent j is node 2j + 1. */
  constructor(
    leaves: readonly (LeafNode | undefined)[],
    parents: readonly (ParentNode | undefined)[],
    hashes: readonly (Uint8Array | undefined)[] = [],
  ) {
    this.#leaves = leaves.slice();
    this.#parents = parents.slice();
    this.#hashes = hashes.slice();
  }

  clone(): RatchetTree {
    return new RatchetTree(this.#leaves, this.#parents, this.#hashes);
  }

  /** Leaves, blank ones included; a power of two. */
  get leafCount(): number {
    return this.#leaves.length;
  }

  /** Leaves that are not blank. */
  get memberCount(): number {
    return this.#leaves.reduce((count, leaf) => count + (leaf === undefined ? 0 : 1), 0);
  }

  get root(): number {
    return math.root(this.leafCount);
  }

  leaf(leafIndex: number): LeafNode | undefined {
    return this.#leaves[leafIndex];
  }

  parent(node: number): ParentNode | undefined {
    return this.#parents[node >>> 1];
  }

  isBlank(node: number): boolean {
    return (math.isLeafNodeIndex(node) ? this.#leaves[node >>> 1] : this.#parents[node >>> 1]) === undefined;
  }

  /** The HPKE public key of a node that is not blank. */
  encryptionKey(node: number): Uint8Array {
    const present = math.isLeafNodeIndex(node) ? this.#leaves[node >>> 1] : this.#parents[node >>> 1];
    demand(present !== undefined, "invalid-tree", "a blank node has no key");
    return present.encryptionKey;
  }

  /** Leaves that are not blank, in order. */
  *members(): Generator<readonly [leafIndex: number, leaf: LeafNode]> {
    for (let i = 0; i < this.#leaves.length; i++) {
      const leaf = this.#leaves[i];
      if (leaf !== undefined) yield [i, leaf];
    }
  }

  /** Parent nodes that are not blank, in order. */
  *filledParents(): Generator<readonly [node: number, parent: ParentNode]> {
    for (let j = 0; j < this.#parents.length; j++) {
      const parent = this.#parents[j];
      if (parent !== undefined) yield [2 * j + 1, parent];
    }
  }

  /** Resolution (RFC 9420 §4.1.1), in order, without the leaves of `excluded`. */
  resolution(node: number, excluded?: ReadonlySet<number>): number[] {
    const found: number[] = [];
    this.#resolve(node, excluded, found);
    return found;
  }

  #resolve(node: number, excluded: ReadonlySet<number> | undefined, found: number[]): void {
    if (math.isLeafNodeIndex(node)) {
      if (this.#leaves[node >>> 1] !== undefined && !excluded?.has(node >>> 1)) found.push(node);
      return;
    }
    const parent = this.#parents[node >>> 1];
    if (parent === undefined) {
      this.#resolve(math.left(node), excluded, found);
      this.#resolve(math.right(node), excluded, found);
      return;
    }
    found.push(node);
    for (const leaf of parent.unmergedLeaves) if (!excluded?.has(leaf)) found.push(math.nodeOfLeaf(leaf));
  }

  /** Whether the resolution is empty: nothing at or below the node has a key. */
  #isEmptySubtree(node: number): boolean {
    if (!this.isBlank(node)) return false;
    return (
      math.isLeafNodeIndex(node) || (this.#isEmptySubtree(math.left(node)) && this.#isEmptySubtree(math.right(node)))
    );
  }

  /**
   * The filtered direct path of a leaf (RFC 9420 §4.1.2), from the leaf up: each node with its child on the copath.
   */
  filteredDirectPath(leafIndex: number): { readonly node: number; readonly copath: number }[] {
    const path: { node: number; copath: number }[] = [];
    let below = math.nodeOfLeaf(leafIndex);
    for (const node of math.directPath(below, this.leafCount)) {
      const copath = math.sibling(below);
      if (!this.#isEmptySubtree(copath)) path.push({ node, copath });
      below = node;
    }
    return path;
  }

  /** The cached tree hash of a node, if it is known. */
  cachedHash(node: number): Uint8Array | undefined {
    return this.#hashes[node];
  }

  /** Keeps a tree hash. Only `treeHash` calls it: the cache never changes what a tree is. */
  cacheHash(node: number, hash: Uint8Array): void {
    this.#hashes[node] = hash;
  }

  #forgetHashesFrom(node: number): void {
    this.#hashes[node] = undefined;
    for (const above of math.directPath(node, this.leafCount)) this.#hashes[above] = undefined;
  }

  setLeaf(leafIndex: number, leaf: LeafNode): void {
    this.#leaves[leafIndex] = leaf;
    this.#forgetHashesFrom(math.nodeOfLeaf(leafIndex));
  }

  setParent(node: number, parent: ParentNode): void {
    this.#parents[node >>> 1] = parent;
    this.#forgetHashesFrom(node);
  }

  /** Blanks the parents above a leaf. */
  blankPath(leafIndex: number): void {
    const node = math.nodeOfLeaf(leafIndex);
    for (const above of math.directPath(node, this.leafCount)) this.#parents[above >>> 1] = undefined;
    this.#forgetHashesFrom(node);
  }

  /** Applies an Update (RFC 9420 §12.1.2). */
  replaceLeaf(leafIndex: number, leaf: LeafNode): void {
    this.setLeaf(leafIndex, leaf);
    this.blankPath(leafIndex);
  }

  /** Applies a Remove (RFC 9420 §12.1.3), truncation included. */
  blankLeaf(leafIndex: number): void {
    this.#leaves[leafIndex] = undefined;
    this.blankPath(leafIndex);
    while (this.leafCount > 1 && this.#isRightHalfBlank()) {
      const half = this.leafCount / 2;
      this.#leaves.length = half;
      this.#parents.length = half - 1;
      this.#hashes.length = Math.min(this.#hashes.length, math.nodeCount(half));
    }
  }

  #isRightHalfBlank(): boolean {
    for (let i = this.leafCount / 2; i < this.leafCount; i++) if (this.#leaves[i] !== undefined) return false;
    return true;
  }

  /** The leftmost blank leaf; the tree is extended if there is none (RFC 9420 §7.7). */
  placeJoiner(): number {
    const blank = this.#leaves.indexOf(undefined);
    if (blank >= 0) return blank;
    const count = this.leafCount;
    demand(count * 2 <= maxLeaves, "invalid-tree", "too many leaves");
    for (let i = 0; i < count; i++) this.#leaves.push(undefined);
    for (let i = 0; i < count; i++) this.#parents.push(undefined);
    return count;
  }

  /** Applies an Add (RFC 9420 §12.1.1). @returns the new member's leaf index */
  addLeaf(leaf: LeafNode): number {
    const leafIndex = this.placeJoiner();
    for (const node of math.directPath(math.nodeOfLeaf(leafIndex), this.leafCount)) {
      const parent = this.#parents[node >>> 1];
      if (parent === undefined) continue;
      const at = parent.unmergedLeaves.findLastIndex((other) => other < leafIndex) + 1;
      this.#parents[node >>> 1] = { ...parent, unmergedLeaves: parent.unmergedLeaves.toSpliced(at, 0, leafIndex) };
    }
    this.setLeaf(leafIndex, leaf);
    return leafIndex;
  }
}

export function writeParentNode(writer: Writer, node: ParentNode): void {
  writer.opaque(node.encryptionKey).opaque(node.parentHash);
  writer.vector(node.unmergedLeaves, (w, leaf) => w.u32(leaf));
}

function readParentNode(reader: Reader): ParentNode {
  const node = {
    encryptionKey: reader.opaque(limits.key),
    parentHash: reader.opaque(limits.hash),
    unmergedLeaves: reader.vector(limits.list, (r) => r.u32()),
  };
  for (let i = 1; i < node.unmergedLeaves.length; i++) {
    if ((node.unmergedLeaves[i - 1] as number) >= (node.unmergedLeaves[i] as number)) {
      throw new MlsError("malformed", "unmerged leaves are not in increasing order");
    }
  }
  return node;
}

/** The contents of a ratchet_tree extension (RFC 9420 §12.4.3.3). */
export function writeRatchetTree(writer: Writer, tree: ReadonlyTree): void {
  let last = math.nodeCount(tree.leafCount) - 1;
  while (last >= 0 && tree.isBlank(last)) last--;
  const nodes = Array.from({ length: last + 1 }, (_, node) => node);
  writer.vector(nodes, (w, node) => {
    if (tree.isBlank(node)) w.u8(0);
    else if (math.isLeafNodeIndex(node)) writeLeafNode(w.u8(1).u8(1), tree.leaf(node >>> 1) as LeafNode);
    else writeParentNode(w.u8(1).u8(2), tree.parent(node) as ParentNode);
  });
}

function readNode<T>(reader: Reader, type: number, read: (reader: Reader) => T): T {
  demand(reader.u8() === type, "malformed", "node type");
  return read(reader);
}

/** @throws MlsError `malformed` or `invalid-tree`: a node of the wrong kind, or no member at the end */
export function readRatchetTree(reader: Reader): RatchetTree {
  const leaves: (LeafNode | undefined)[] = [];
  const parents: (ParentNode | undefined)[] = [];
  let node = 0;
  reader.vector(limits.list, (r) => {
    const isLeaf = math.isLeafNodeIndex(node++);
    demand(leaves.length < maxLeaves, "invalid-tree", "too many leaves");
    if (isLeaf) leaves.push(r.optional((value) => readNode(value, 1, readLeafNode)));
    else parents.push(r.optional((value) => readNode(value, 2, readParentNode)));
  });
  // A filled parent has members on both sides (§7.5, §7.6), so that the last node that is not blank is a leaf.
  const endsWithLeaf = leaves.length > parents.length && leaves.at(-1) !== undefined;
  demand(endsWithLeaf, "invalid-tree", "the last node is no member");
  const leafCount = math.fullLeafCount(leaves.length);
  while (leaves.length < leafCount) leaves.push(undefined);
  while (parents.length < leafCount - 1) parents.push(undefined);
  return new RatchetTree(leaves, parents);
}
