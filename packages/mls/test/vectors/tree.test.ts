import { asSecret, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/reader.js";
import { encode } from "../../src/codec/writer.js";
import { checkLeaf } from "../../src/group/validate-leaf.js";
import { readUpdatePath } from "../../src/structs/commit.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import { readProposal } from "../../src/structs/proposal.js";
import { checkParentHashes, checkUnmergedLeaves } from "../../src/tree/parent-hash.js";
import { readRatchetTree, writeRatchetTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";
import * as math from "../../src/tree/tree-math.js";
import { decryptPath, derivePathKeys, encryptPath, mergePath, preparePath } from "../../src/tree/update-path.js";
import { signLeaf } from "../../src/group/own-leaf.js";
import { suiteOf, testContext } from "../support/context.js";
import { fromHex } from "../support/hex.js";
import { hasVectors, loadSuiteVectors, loadVectors } from "./load.js";

// biome-ignore lint/suspicious/noExplicitAny: the vectors' own shape, documented where they come from
type Vector = any;

describe.skipIf(!hasVectors)("vectors: trees", () => {
  it("tree-math", () => {
    const vectors = loadVectors<Vector>("tree-math");
    expect(vectors).toHaveLength(10);
    for (const vector of vectors) {
      const count = vector.n_leaves;
      expect(math.nodeCount(count)).toBe(vector.n_nodes);
      expect(math.root(count)).toBe(vector.root);
      const orNull = (defined: boolean, value: () => number) => (defined ? value() : null);
      for (let node = 0; node < vector.n_nodes; node++) {
        const isParent = !math.isLeafNodeIndex(node);
        expect(orNull(isParent, () => math.left(node))).toBe(vector.left[node]);
        expect(orNull(isParent, () => math.right(node))).toBe(vector.right[node]);
        expect(orNull(node !== vector.root, () => math.parent(node))).toBe(vector.parent[node]);
        expect(orNull(node !== vector.root, () => math.sibling(node))).toBe(vector.sibling[node]);
      }
    }
  });

  it("tree-operations", () => {
    const vectors = loadSuiteVectors<Vector>("tree-operations");
    expect(vectors).toHaveLength(5);
    for (const vector of vectors) {
      const context = testContext(vector.cipher_suite);
      const tree = decode(fromHex(vector.tree_before), readRatchetTree);
      expect(toHex(treeHash(context.suite, tree))).toBe(vector.tree_hash_before);
      const after = tree.clone();
      const proposal = decode(fromHex(vector.proposal), readProposal);
      if (proposal.kind === "add") after.addLeaf(proposal.keyPackage.leafNode);
      else if (proposal.kind === "update") after.replaceLeaf(vector.proposal_sender, proposal.leafNode);
      else if (proposal.kind === "remove") after.blankLeaf(proposal.removed);
      expect(toHex(encode(after, writeRatchetTree))).toBe(vector.tree_after);
      expect(toHex(treeHash(context.suite, after))).toBe(vector.tree_hash_after);
      expect(toHex(encode(tree, writeRatchetTree))).toBe(vector.tree_before);
    }
  });

  it("tree-validation", () => {
    const vectors = loadSuiteVectors<Vector>("tree-validation");
    expect(vectors).toHaveLength(42);
    for (const vector of vectors) {
      const context = testContext(vector.cipher_suite);
      const tree = decode(fromHex(vector.tree), readRatchetTree);
      for (let node = 0; node < math.nodeCount(tree.leafCount); node++) {
        expect(toHex(treeHash(context.suite, tree, node))).toBe(vector.tree_hashes[node]);
        expect(tree.resolution(node)).toEqual(vector.resolutions[node]);
      }
      checkParentHashes(context.suite, tree);
      checkUnmergedLeaves(tree);
      for (const [leafIndex, leaf] of tree.members()) {
        checkLeaf(context, leaf, {
          sources: ["key-package", "update", "commit"],
          position: { groupId: fromHex(vector.group_id), leafIndex },
          groupExtensions: [],
        });
      }
    }
  });

  it("treekem", () => {
    const vectors = loadSuiteVectors<Vector>("treekem");
    expect(vectors).toHaveLength(33);
    let paths = 0;
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const tree = decode(fromHex(vector.ratchet_tree), readRatchetTree);
      const groupId = fromHex(vector.group_id);
      const members = vector.leaves_private.map((leaf: Vector) => {
        const own = math.nodeOfLeaf(leaf.index);
        const nodeKeys = new Map([[own, asSecret(fromHex(leaf.encryption_priv))]]);
        for (const { node, path_secret } of leaf.path_secrets) {
          const keys = derivePathKeys(suite, [node], asSecret(fromHex(path_secret)));
          expect(toHex(keys.steps[0]?.publicKey as Uint8Array)).toBe(toHex(tree.encryptionKey(node)));
          nodeKeys.set(node, keys.steps[0]?.privateKey as never);
        }
        return { index: leaf.index, nodeKeys, signature: fromHex(leaf.signature_priv) };
      });
      const contextWith = (hash: Uint8Array) =>
        encodeGroupContext({
          cipherSuite: suite.id,
          groupId,
          epoch: BigInt(vector.epoch),
          treeHash: hash,
          confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
          extensions: [],
        });
      for (const expected of vector.update_paths) {
        paths++;
        const updatePath = decode(fromHex(expected.update_path), readUpdatePath);
        const after = tree.clone();
        const path = mergePath(suite, after, expected.sender, updatePath, new Set());
        const hash = treeHash(suite, after);
        expect(toHex(hash)).toBe(expected.tree_hash_after);
        for (const { index, nodeKeys } of members) {
          if (index === expected.sender) continue;
          const keys = decryptPath(suite, after, index, nodeKeys, path, updatePath, contextWith(hash), new Set());
          expect(toHex(keys.steps[0]?.pathSecret as Uint8Array)).toBe(expected.path_secrets[index]);
          expect(toHex(keys.commitSecret)).toBe(expected.commit_secret);
        }
        // The same sender makes a path of its own, and all others follow it.
        const sender = members.find(({ index }: Vector) => index === expected.sender);
        const ours = tree.clone();
        const made = preparePath(suite, ours, sender.index, asSecret(suite.random(suite.hashLength)));
        const before = tree.leaf(sender.index);
        const leafNode = signLeaf(
          suite,
          {
            ...(before as NonNullable<typeof before>),
            encryptionKey: suite.hpke.generateKeyPair().publicKey,
            source: { kind: "commit", parentHash: made.parentHash },
          },
          sender.signature,
          { groupId, leafIndex: sender.index },
        );
        ours.setLeaf(sender.index, leafNode);
        const ourContext = contextWith(treeHash(suite, ours));
        const nodes = encryptPath(suite, ours, made.path, made.keys, ourContext, new Set());
        const theirs = tree.clone();
        const steps = mergePath(suite, theirs, sender.index, { leafNode, nodes }, new Set());
        expect(toHex(treeHash(suite, theirs))).toBe(toHex(treeHash(suite, ours)));
        for (const { index, nodeKeys } of members) {
          if (index === sender.index) continue;
          const keys = decryptPath(suite, theirs, index, nodeKeys, steps, { leafNode, nodes }, ourContext, new Set());
          expect(toHex(keys.commitSecret)).toBe(toHex(made.keys.commitSecret));
        }
      }
    }
    expect(paths).toBeGreaterThan(100);
  });
});
