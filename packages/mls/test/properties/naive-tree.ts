import type { CipherSuite } from "@redoubt/crypto";
import { Writer } from "../../src/codec/writer.js";
import type { LeafNode } from "../../src/structs/leaf-node.js";

interface NaiveParent {
  readonly key: Uint8Array;
  readonly parentHash: Uint8Array;
  readonly unmerged: readonly number[];
}

/** A node of a binary tree with children, as RFC 9420 draws it; leaves are spans of one. */
interface Span {
  readonly first: number;
  readonly count: number;
}

/** A ratchet tree by the definitions of RFC 9420 §4 and §7: no arrays of nodes, no arithmetic on indices, no caches. */
export class NaiveTree {
  leafCount = 1;
  readonly #leaves = new Map<number, LeafNode>();
  readonly #parents = new Map<string, NaiveParent>();
  readonly #suite: CipherSuite;

  constructor(suite: CipherSuite, first: LeafNode) {
    this.#suite = suite;
    this.#leaves.set(0, first);
  }

  get members(): number[] {
    return [...this.#leaves.keys()].sort((a, b) => a - b);
  }

  #parent({ first, count }: Span): NaiveParent | undefined {
    return this.#parents.get(`${first}+${count}`);
  }

  #set({ first, count }: Span, parent: NaiveParent | undefined): void {
    if (parent === undefined) this.#parents.delete(`${first}+${count}`);
    else this.#parents.set(`${first}+${count}`, parent);
  }

  get #root(): Span {
    return { first: 0, count: this.leafCount };
  }

  /** The nodes above a leaf from the root down, each with its child that is not on the way. */
  #way(leaf: number, from = this.#root): { readonly at: Span; readonly copath: Span }[] {
    if (from.count === 1) return [];
    const [left, right] = halves(from);
    const isLeft = leaf < right.first;
    return [{ at: from, copath: isLeft ? right : left }, ...this.#way(leaf, isLeft ? left : right)];
  }

  add(leaf: LeafNode): number {
    let at = 0;
    while (this.#leaves.has(at)) at++;
    while (at >= this.leafCount) this.leafCount *= 2;
    this.#leaves.set(at, leaf);
    for (const { at: span } of this.#way(at)) {
      const parent = this.#parent(span);
      if (parent) this.#set(span, { ...parent, unmerged: [...parent.unmerged, at].sort((a, b) => a - b) });
    }
    return at;
  }

  update(at: number, leaf: LeafNode): void {
    this.#leaves.set(at, leaf);
    for (const { at: span } of this.#way(at)) this.#set(span, undefined);
  }

  remove(at: number): void {
    for (const { at: span } of this.#way(at)) this.#set(span, undefined);
    this.#leaves.delete(at);
    while (this.leafCount > 1 && this.members.every((member) => member < this.leafCount / 2)) this.leafCount /= 2;
  }

  /** @returns the parent hash for the leaf */
  setPath(at: number, keyOf: (node: number) => Uint8Array): Uint8Array {
    const path = this.#way(at).filter(({ copath }) => this.#resolve(copath).length > 0);
    for (const { at: span } of this.#way(at)) this.#set(span, undefined);
    let above: Uint8Array = new Uint8Array(0);
    for (const { at: span, copath } of path) {
      const key = keyOf(nodeOf(span));
      this.#set(span, { key, parentHash: above, unmerged: [] });
      above = this.#suite.hash(new Writer().opaque(key).opaque(above).opaque(this.#hash(copath)).finish());
    }
    return above;
  }

  /** Nodes of the filtered direct path, from the leaf up. */
  filteredDirectPath(leaf: number): { readonly node: number; readonly copath: number }[] {
    return this.#way(leaf)
      .filter(({ copath }) => this.#resolve(copath).length > 0)
      .map(({ at, copath }) => ({ node: nodeOf(at), copath: nodeOf(copath) }))
      .reverse();
  }

  /** Every node's resolution, by node. */
  resolutions(from = this.#root, found = new Map<number, number[]>()): Map<number, number[]> {
    found.set(nodeOf(from), this.#resolve(from));
    if (from.count > 1) for (const half of halves(from)) this.resolutions(half, found);
    return found;
  }

  #resolve(span: Span): number[] {
    if (span.count === 1) return this.#leaves.has(span.first) ? [nodeOf(span)] : [];
    const parent = this.#parent(span);
    if (parent) return [nodeOf(span), ...parent.unmerged.map((leaf) => 2 * leaf)];
    return halves(span).flatMap((half) => this.#resolve(half));
  }

  get treeHash(): Uint8Array {
    return this.#hash(this.#root);
  }

  #hash(span: Span): Uint8Array {
    if (span.count === 1) {
      const leaf = this.#leaves.get(span.first);
      const writer = new Writer()
        .u8(1)
        .u32(span.first)
        .u8(leaf ? 1 : 0);
      return this.#suite.hash(writer.bytes(leaf?.encoded ?? new Uint8Array(0)).finish());
    }
    const [left, right] = halves(span);
    const parent = this.#parent(span);
    const writer = new Writer().u8(2).u8(parent ? 1 : 0);
    if (parent) {
      writer
        .opaque(parent.key)
        .opaque(parent.parentHash)
        .vector(parent.unmerged, (w, leaf) => w.u32(leaf));
    }
    return this.#suite.hash(writer.opaque(this.#hash(left)).opaque(this.#hash(right)).finish());
  }
}

function halves({ first, count }: Span): [Span, Span] {
  return [
    { first, count: count / 2 },
    { first: first + count / 2, count: count / 2 },
  ];
}

/** Where a node stands in the array: in the middle of its leaves. */
function nodeOf({ first, count }: Span): number {
  return 2 * first + count - 1;
}
