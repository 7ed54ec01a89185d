import { describe, expect, it } from "vitest";
import * as math from "./tree-math.js";

describe("tree math", () => {
  it("agrees with a drawing of eight leaves (RFC 9420 Appendix C)", () => {
    expect(math.root(8)).toBe(7);
    expect(math.nodeCount(8)).toBe(15);
    expect([0, 1, 3, 7, 11, 13].map(math.level)).toEqual([0, 1, 2, 3, 2, 1]);
    expect([math.left(7), math.right(7), math.left(11), math.right(11)]).toEqual([3, 11, 9, 13]);
    expect([math.parent(0), math.parent(2), math.parent(5), math.parent(9), math.parent(13)]).toEqual([
      1, 1, 3, 11, 11,
    ]);
    expect([math.sibling(0), math.sibling(5), math.sibling(11)]).toEqual([2, 1, 3]);
    expect(math.directPath(4, 8)).toEqual([5, 3, 7]);
    expect(math.directPath(0, 1)).toEqual([]);
    expect([math.commonAncestor(0, 2), math.commonAncestor(0, 14), math.commonAncestor(8, 8)]).toEqual([1, 7, 8]);
  });

  it("holds at the largest tree", () => {
    const leaves = 2 ** 20;
    const last = math.nodeOfLeaf(leaves - 1);
    expect(math.directPath(last, leaves)).toHaveLength(20);
    expect(math.directPath(last, leaves).at(-1)).toBe(math.root(leaves));
    expect(math.left(math.root(leaves))).toBe(leaves / 2 - 1);
  });

  it("places every node in its ancestors' subtrees alone", () => {
    for (let node = 0; node < 15; node++) {
      const above = [node, ...math.directPath(node, 8)];
      const holding = Array.from({ length: 15 }, (_, other) => other).filter((other) => math.isInSubtree(node, other));
      expect(holding.sort((a, b) => math.level(a) - math.level(b))).toEqual(above);
    }
  });

  it("does not place nodes beyond 32 bits in a tree", () => {
    expect(math.isInSubtree(math.nodeOfLeaf(0xffffffff), math.root(2 ** 20))).toBe(false);
  });

  it("rounds leaves up to a power of two", () => {
    expect([0, 1, 2, 3, 4, 5, 1000].map(math.fullLeafCount)).toEqual([1, 1, 2, 4, 4, 8, 1024]);
  });
});
