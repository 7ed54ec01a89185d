/**
 * The shape of an array-based full binary tree (RFC 9420 Appendix C). Leaf i is node 2i; the level of a node is the
 * number of its trailing one bits. `leafCount` is always a power of two.
 */

export function nodeOfLeaf(leafIndex: number): number {
  return 2 * leafIndex;
}

export function isLeafNodeIndex(node: number): boolean {
  return (node & 1) === 0;
}

/** 0 for leaves. */
export function level(node: number): number {
  return 31 - Math.clz32(~node & (node + 1));
}

export function nodeCount(leafCount: number): number {
  return 2 * leafCount - 1;
}

export function root(leafCount: number): number {
  return leafCount - 1;
}

/** @returns the left child of a parent node */
export function left(node: number): number {
  return node ^ (1 << (level(node) - 1));
}

/** @returns the right child of a parent node */
export function right(node: number): number {
  return node ^ (3 << (level(node) - 1));
}

/** @returns the parent of a node that is not the root */
export function parent(node: number): number {
  const k = level(node);
  const bit = (node >>> (k + 1)) & 1;
  return (node | (1 << k)) ^ (bit << (k + 1));
}

/** @returns the other child of the node's parent */
export function sibling(node: number): number {
  const above = parent(node);
  return node < above ? right(above) : left(above);
}

/** The nodes from a node's parent up to the root. */
export function directPath(node: number, leafCount: number): number[] {
  const path: number[] = [];
  const top = root(leafCount);
  for (let at = node; at !== top; ) {
    at = parent(at);
    path.push(at);
  }
  return path;
}

/** Whether `node` is `ancestor` or stands below it. */
export function isInSubtree(node: number, ancestor: number): boolean {
  const reach = (1 << level(ancestor)) - 1;
  return node >= ancestor - reach && node <= ancestor + reach;
}

/** The lowest node that has both below it (or is one of them). */
export function commonAncestor(a: number, b: number): number {
  let at = a;
  while (!isInSubtree(b, at)) at = parent(at);
  return at;
}

/** The smallest power of two that is at least `count` (and 1 at least). */
export function fullLeafCount(count: number): number {
  let full = 1;
  while (full < count) full *= 2;
  return full;
}
