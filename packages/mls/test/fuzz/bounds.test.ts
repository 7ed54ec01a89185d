import { concatBytes } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { Writer } from "../../src/codec/writer.js";
import { checkTree } from "../../src/group/check-tree.js";
import { decodeMessage, decodeRatchetTree, type LeafNode, MlsError } from "../../src/index.js";
import { finishLeafNode } from "../../src/structs/leaf-node.js";
import { checkParentHashes, checkUnmergedLeaves, setPathKeys } from "../../src/tree/parent-hash.js";
import { RatchetTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";
import { suiteOf, testContext } from "../support/context.js";
import { groupOf, type Member } from "../support/member.js";

const megabyte = 1024 * 1024;

/** What decoding copies out of its input: every allocation that an input can ask for goes through `slice`. */
function copied(decode: () => unknown): { readonly bytes: number; readonly pieces: number } {
  const { slice } = Uint8Array.prototype;
  const total = { bytes: 0, pieces: 0 };
  Uint8Array.prototype.slice = function (this: Uint8Array<ArrayBuffer>, start?: number, end?: number) {
    const piece = slice.call(this, start, end) as Uint8Array<ArrayBuffer>;
    total.bytes += piece.length;
    total.pieces++;
    return piece;
  };
  try {
    decode();
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
  } finally {
    Uint8Array.prototype.slice = slice;
  }
  return total;
}

/** `count` times the same bytes, as a vector. */
function repeated(bytes: readonly number[], count: number): Uint8Array {
  const items = Uint8Array.from({ length: bytes.length * Math.floor(count) }, (_, i) => bytes[i % bytes.length]!);
  return new Writer(items.length + 8).opaque(items).finish();
}

/** An MLSMessage with a PublicMessage by a joiner, up to its content. */
function publicMessage(contentType: number, ...content: Uint8Array[]): Uint8Array {
  const writer = new Writer().u16(1).u16(1).opaque(new Uint8Array(0)).u64(0n).u8(4).opaque(new Uint8Array(0));
  writer.u8(contentType);
  for (const part of content) writer.bytes(part);
  return writer.opaque(new Uint8Array(0)).opaque(new Uint8Array(0)).finish();
}

const hostile: Record<string, () => unknown> = {
  "a million empty references": () => decodeMessage(publicMessage(3, repeated([2, 0], megabyte / 2), Uint8Array.of(0))),
  "references of one byte": () => decodeMessage(publicMessage(3, repeated([2, 1, 7], megabyte / 3), Uint8Array.of(0))),
  "empty extensions": () => {
    const writer = new Writer().u16(7);
    const extensions = Uint8Array.from({ length: 3 * 65_536 }, (_, i) => {
      const type = Math.floor(i / 3);
      return [type >> 8, type & 255, 0][i % 3]!;
    });
    return decodeMessage(publicMessage(2, writer.opaque(extensions).finish()));
  },
  "empty certificates": () => {
    const leaf = new Writer().opaque(new Uint8Array(0)).opaque(new Uint8Array(0)).u16(2).finish();
    return decodeMessage(publicMessage(2, Uint8Array.of(0, 2), leaf, repeated([0], megabyte)));
  },
  "empty ciphertexts": () =>
    decodeMessage(concatBytes(Uint8Array.of(0, 1, 0, 3, 0, 1), repeated([0, 0, 0], megabyte / 3), Uint8Array.of(0))),
  "blank nodes": () => decodeRatchetTree(repeated([0], megabyte)),
  "leaves of eighteen bytes": () => decodeRatchetTree(repeated([...smallLeafNode(), 0], megabyte / 20)),
  "lengths without contents": () => {
    for (let i = 0; i < 1000; i++) {
      try {
        decodeMessage(Uint8Array.of(0, 1, 0, 2, 0xbf, 0xff, 0xff, 0xff - (i % 200)));
      } catch (error) {
        if (!(error instanceof MlsError)) throw error;
      }
    }
  },
};

/** A leaf with nothing in it: present, of type leaf. */
function smallLeafNode(): number[] {
  return [1, 1, ...[0, 0], ...[0, 1, 0], ...[0, 0, 0, 0, 0], 2, 0, 0];
}

describe("decoding allocates in proportion to what is there", () => {
  it.each(Object.entries(hostile))("%s", (name, decode) => {
    const { bytes, pieces } = copied(decode);
    if (name === "lengths without contents") return expect({ bytes, pieces }).toEqual({ bytes: 0, pieces: 0 });
    // A leaf is kept both in fields and as it was encoded; a key package keeps its leaf's encoding once more.
    expect(bytes).toBeLessThanOrEqual(3 * megabyte);
    expect(pieces).toBeLessThanOrEqual(megabyte + 16);
  });
});

/** An array of numbers that counts how often its items are read. */
function countedList(list: number[], reads: { count: number }): number[] {
  return new Proxy(list, {
    get(target, property, receiver) {
      if (typeof property === "string" && property >= "0" && property <= "9:") reads.count++;
      return Reflect.get(target, property, receiver);
    },
  });
}

const suite = suiteOf(3);

function leafOf(i: number, source: LeafNode["source"] = { kind: "update" }): LeafNode {
  const none = { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] };
  const key = new Writer().u32(i).finish();
  const credential = { type: 1, identity: key } as const;
  const content = { encryptionKey: key, signatureKey: key, credential, capabilities: none, source, extensions: [] };
  return finishLeafNode(content, key);
}

/** A tree whose every parent above leaf 0 lists all others as unmerged, with parent hashes that fit. */
function unmergedTree(leafCount: number, reads: { count: number }): RatchetTree {
  const leaves = Array.from({ length: leafCount }, (_, i) => leafOf(i));
  // Set when leaf 0 and the first leaf of each copath were alone, as a chain of joins would leave it.
  const seeds = new Set([0]);
  for (let at = 1; at < leafCount; at *= 2) seeds.add(at);
  const tree = new RatchetTree(
    leaves.map((leaf, i) => (seeds.has(i) ? leaf : undefined)),
    new Array(leafCount - 1).fill(undefined),
  );
  const path = tree
    .filteredDirectPath(0)
    .map((step) => ({ ...step, encryptionKey: leafOf(2 ** 31 + step.node).encryptionKey }));
  const parentHash = setPathKeys(suite, tree, 0, path);
  tree.setLeaf(0, leafOf(0, { kind: "commit", parentHash }));
  leaves.forEach((leaf, i) => {
    if (!seeds.has(i)) tree.setLeaf(i, leaf);
  });
  for (const { node } of path) {
    const parent = tree.parent(node)!;
    const below = leaves.map((_, i) => i).filter((i) => !seeds.has(i) && i <= node);
    tree.setParent(node, { ...parent, unmergedLeaves: countedList(below, reads) });
  }
  return tree;
}

describe("checking a tree takes work in proportion to its size", () => {
  it("with long lists of unmerged leaves", () => {
    const work = (leafCount: number) => {
      const reads = { count: 0 };
      const tree = unmergedTree(leafCount, reads);
      treeHash(suite, tree);
      reads.count = 0;
      checkUnmergedLeaves(tree);
      checkParentHashes(suite, tree);
      return reads.count;
    };
    const [small, large] = [work(256), work(1024)];
    expect(small).toBeGreaterThan(256);
    expect(large / small).toBeLessThan(6);
  });

  it("counted in hashes", () => {
    const work = (leafCount: number) => {
      let hashes = 0;
      const hash = (data: Uint8Array) => {
        hashes++;
        return suite.hash(data);
      };
      checkParentHashes({ ...suite, hash }, unmergedTree(leafCount, { count: 0 }));
      return hashes;
    };
    expect(work(1024) / work(256)).toBeLessThan(6);
  });

  it("and refuses too many members before it hashes or verifies anything", () => {
    let calls = 0;
    const counted = <A extends unknown[], R>(call: (...of: A) => R) => {
      return (...of: A) => {
        calls++;
        return call(...of);
      };
    };
    const context = testContext(3, {
      maxMembers: 3,
      suite: { ...suite, hash: counted(suite.hash), verify: counted(suite.verify) },
    });
    const [member] = groupOf(testContext(3), 4) as [Member];
    const { tree, context: groupContext } = member.group.epoch;
    expect(() => checkTree(context, tree, groupContext)).toThrow(expect.objectContaining({ code: "invalid-tree" }));
    expect(calls).toBe(0);
  });
});
