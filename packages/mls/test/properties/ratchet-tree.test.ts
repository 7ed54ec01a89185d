import { toHex, utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRatchetTree, encodeRatchetTree } from "../../src/index.js";
import { finishLeafNode, type LeafNode } from "../../src/structs/leaf-node.js";
import { setPathKeys } from "../../src/tree/parent-hash.js";
import { RatchetTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";
import { suiteOf } from "../support/context.js";
import { runs, runsTimeout } from "../support/runs.js";
import { NaiveTree } from "./naive-tree.js";

const suite = suiteOf(3);

/** A leaf that is like no other. Nothing here checks signatures. */
function leafNumber(number: number): LeafNode {
  const none = { versions: [1], cipherSuites: [], extensions: [], proposals: [], credentials: [] };
  const content = {
    encryptionKey: utf8(`key ${number}`),
    signatureKey: utf8(`signature key ${number}`),
    credential: { type: 1, identity: utf8(`${number}`) },
    capabilities: none,
    source: { kind: "update" },
    extensions: [],
  } as const;
  return finishLeafNode(content, utf8("no signature"));
}

const edit = fc.record({
  what: fc.constantFrom("add", "add", "add", "remove", "remove", "update", "path", "path", "path"),
  who: fc.nat({ max: 63 }),
  /** Whether to ask for the tree hash now, which fills the cache that later edits must empty. */
  hash: fc.boolean(),
});

describe("the ratchet tree against a naive one", () => {
  it(
    "has the same shape, resolutions, filtered direct paths and tree hashes after any edits",
    () => {
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 60, size: "max" }), (edits) => {
          let count = 0;
          const founder = leafNumber(count++);
          const naive = new NaiveTree(suite, founder);
          let tree = new RatchetTree([founder], []);
          for (const { what, who, hash } of edits) {
            const previous = tree;
            const image = toHex(encodeRatchetTree(previous));
            tree = tree.clone();
            const { members } = naive;
            const at = members[who % members.length]!;
            if (what === "add" && members.length < 40) {
              const leaf = leafNumber(count++);
              expect(tree.addLeaf(leaf)).toBe(naive.add(leaf));
            } else if (what === "remove" && members.length > 1) {
              tree.blankLeaf(at);
              naive.remove(at);
            } else if (what === "update") {
              const leaf = leafNumber(count++);
              tree.replaceLeaf(at, leaf);
              naive.update(at, leaf);
            } else if (what === "path") {
              const round = count++;
              const keyOf = (node: number) => utf8(`key ${round} of ${node}`);
              const path = tree.filteredDirectPath(at);
              const keys = path.map((step) => ({ ...step, encryptionKey: keyOf(step.node) }));
              expect(toHex(setPathKeys(suite, tree, at, keys))).toBe(toHex(naive.setPath(at, keyOf)));
            }
            if (hash) expect(toHex(treeHash(suite, tree))).toBe(toHex(naive.treeHash));
            expect(toHex(encodeRatchetTree(previous)), "the tree that was cloned is unchanged").toBe(image);
          }
          expect(tree.leafCount).toBe(naive.leafCount);
          expect([...tree.members()].map(([leaf]) => leaf)).toEqual(naive.members);
          for (const [node, resolution] of naive.resolutions()) expect(tree.resolution(node)).toEqual(resolution);
          for (const leaf of naive.members) {
            expect(tree.filteredDirectPath(leaf)).toEqual(naive.filteredDirectPath(leaf));
          }
          expect(toHex(treeHash(suite, tree))).toBe(toHex(naive.treeHash));
          expect(toHex(treeHash(suite, decodeRatchetTree(encodeRatchetTree(tree))))).toBe(toHex(naive.treeHash));
        }),
        { numRuns: runs(150, 10_000) },
      );
    },
    runsTimeout,
  );
});
