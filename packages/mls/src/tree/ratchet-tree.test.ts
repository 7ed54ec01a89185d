import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { decode } from "../codec/reader.js";
import { encode, Writer } from "../codec/writer.js";
import { finishLeafNode, type LeafNode, writeLeafNode } from "../structs/leaf-node.js";
import { type ParentNode, RatchetTree, readRatchetTree, writeParentNode, writeRatchetTree } from "./ratchet-tree.js";

const empty = new Uint8Array(0);

function leafNumber(number: number): LeafNode {
  const none = { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] };
  const encryptionKey = Uint8Array.of(number);
  const credential = { type: 1, identity: empty } as const;
  const content = { encryptionKey, signatureKey: empty, credential, capabilities: none, extensions: [] };
  return finishLeafNode({ ...content, source: { kind: "update" } }, empty);
}

const parent = (...unmergedLeaves: number[]): ParentNode => {
  return { encryptionKey: Uint8Array.of(9), parentHash: empty, unmergedLeaves };
};

/** Nodes in the order of the extension: a leaf, a parent, or a blank. */
function encodeNodes(nodes: readonly (LeafNode | ParentNode | undefined)[]): Uint8Array {
  const writer = new Writer();
  writer.vector(nodes, (w, node) => {
    if (node === undefined) w.u8(0);
    else if ("source" in node) writeLeafNode(w.u8(1).u8(1), node);
    else writeParentNode(w.u8(1).u8(2), node);
  });
  return writer.finish();
}

function read(...nodes: (LeafNode | ParentNode | undefined)[]): RatchetTree {
  return decode(encodeNodes(nodes), readRatchetTree);
}

const [a, b, c] = [leafNumber(0), leafNumber(1), leafNumber(2)];

describe("a ratchet tree's encoding", () => {
  it("leaves blank nodes out at the end, and gets them back", () => {
    for (const nodes of [[a], [a, undefined, b], [undefined, undefined, b], [a, parent(), b, undefined, c]]) {
      const tree = read(...nodes);
      expect(toHex(encode(tree, writeRatchetTree))).toBe(toHex(encodeNodes(nodes)));
    }
    expect(read(a, undefined, b, undefined, c).leafCount).toBe(4);
  });

  it.each([
    { what: "no node", nodes: [] },
    { what: "one blank node", nodes: [undefined] },
    { what: "a blank leaf at the end", nodes: [a, undefined, undefined] },
    { what: "a blank parent at the end", nodes: [a, undefined] },
    { what: "a parent at the end, whose right side has nobody", nodes: [a, parent()] },
    { what: "a parent at the end of a larger tree", nodes: [a, undefined, b, parent()] },
  ])("is refused with $what", ({ nodes }) => {
    expect(() => read(...nodes)).toThrow(expect.objectContaining({ code: "invalid-tree" }));
  });

  it.each([
    { what: "a parent where a leaf stands", nodes: [parent()] },
    { what: "a leaf where a parent stands", nodes: [a, b] },
    { what: "unmerged leaves out of order", nodes: [a, parent(1, 0), b] },
    { what: "an unmerged leaf twice", nodes: [a, parent(1, 1), b] },
  ])("is malformed with $what", ({ nodes }) => {
    expect(() => read(...nodes)).toThrow(expect.objectContaining({ code: "malformed" }));
  });
});

describe("a ratchet tree", () => {
  it("grows by doubling when no leaf is blank, and fills the leftmost blank leaf first", () => {
    const tree = new RatchetTree([a], []);
    expect(tree.addLeaf(b)).toBe(1);
    expect(tree.addLeaf(c)).toBe(2);
    expect(tree.leafCount).toBe(4);
    tree.blankLeaf(1);
    expect(tree.memberCount).toBe(2);
    expect(tree.addLeaf(b)).toBe(1);
  });

  it("is cut as long as its right half is blank", () => {
    const tree = new RatchetTree([a], []);
    for (let i = 1; i < 5; i++) tree.addLeaf(leafNumber(i));
    expect(tree.leafCount).toBe(8);
    tree.blankLeaf(3);
    tree.blankLeaf(2);
    expect(tree.leafCount).toBe(8);
    tree.blankLeaf(4);
    expect(tree.leafCount).toBe(2);
    tree.blankLeaf(1);
    expect(tree.leafCount).toBe(1);
  });

  it("keeps unmerged leaves in order, and forgets a parent's hash when they change", () => {
    const tree = new RatchetTree([a, undefined, c, leafNumber(3)], [undefined, parent(3), undefined]);
    tree.cacheHash(3, Uint8Array.of(1));
    tree.addLeaf(b);
    expect(tree.parent(3)?.unmergedLeaves).toEqual([1, 3]);
    expect(tree.cachedHash(3)).toBeUndefined();
    expect(tree.resolution(3)).toEqual([3, 2, 6]);
    expect(tree.resolution(3, new Set([1]))).toEqual([3, 6]);
  });

  it("has no key for a blank node", () => {
    expect(() => new RatchetTree([a, b], [undefined]).encryptionKey(1)).toThrow(
      expect.objectContaining({ code: "invalid-tree" }),
    );
  });
});
