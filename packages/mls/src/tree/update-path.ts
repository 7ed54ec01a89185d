import { asSecret, equalBytes, type Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { demand, MlsError } from "../error.js";
import { decryptWithLabel, deriveSecret, encryptorWithLabel } from "../labels.js";
import type { UpdatePath, UpdatePathNode } from "../structs/commit.js";
import { setPathKeys } from "./parent-hash.js";
import type { RatchetTree, ReadonlyTree } from "./ratchet-tree.js";
import { commonAncestor, isInSubtree, nodeOfLeaf } from "./tree-math.js";

/** HPKE private keys by node: of one's own leaf and of the filled parents above it that one knows. */
export type NodeKeys = ReadonlyMap<number, Secret>;

/** A node of a filtered direct path with its child on the copath. */
export interface PathStep {
  readonly node: number;
  readonly copath: number;
}

/** The keys that path secrets lead to, from one node of a path to its top, and the commit secret beyond it. */
export interface PathKeys {
  readonly steps: readonly {
    readonly node: number;
    readonly pathSecret: Secret;
    readonly privateKey: Secret;
    readonly publicKey: Uint8Array;
  }[];
  readonly commitSecret: Secret;
}

/** Derives keys from the path secret of the first of `nodes` upwards (RFC 9420 §7.4). */
export function derivePathKeys(suite: CipherSuite, nodes: readonly number[], first: Secret): PathKeys {
  let pathSecret = first;
  const steps = nodes.map((node) => {
    const nodeSecret = deriveSecret(suite, pathSecret, "node");
    const { privateKey, publicKey } = suite.hpke.deriveKeyPair(nodeSecret);
    nodeSecret.fill(0);
    const step = { node, pathSecret, privateKey: asSecret(privateKey), publicKey };
    pathSecret = deriveSecret(suite, pathSecret, "path");
    return step;
  });
  return { steps, commitSecret: pathSecret };
}

/**
 * Puts the keys of one's own new path into the tree (RFC 9420 §7.5).
 *
 * @param first path_secret[0], Nh random bytes
 * @returns the keys, and the parent hash to sign into the new leaf
 */
export function preparePath(
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  first: Secret,
): { readonly path: readonly PathStep[]; readonly keys: PathKeys; readonly parentHash: Uint8Array } {
  const path = tree.filteredDirectPath(leafIndex);
  const keys = derivePathKeys(
    suite,
    path.map(({ node }) => node),
    first,
  );
  const newKeys = path.map((step, i) => ({
    ...step,
    encryptionKey: (keys.steps[i] as PathKeys["steps"][number]).publicKey,
  }));
  return { path, keys, parentHash: setPathKeys(suite, tree, leafIndex, newKeys) };
}

/**
 * Encrypts path secrets to the resolutions of the copath (RFC 9420 §7.5, §7.6).
 *
 * @param groupContext the encoded provisional group context
 * @param newLeaves leaves added by the same commit; they learn the secrets from their welcome
 */
export function encryptPath(
  suite: CipherSuite,
  tree: ReadonlyTree,
  path: readonly PathStep[],
  keys: PathKeys,
  groupContext: Uint8Array,
  newLeaves: ReadonlySet<number>,
): UpdatePathNode[] {
  const encrypt = encryptorWithLabel(suite, "UpdatePathNode", groupContext);
  return keys.steps.map(({ pathSecret, publicKey }, i) => ({
    encryptionKey: publicKey,
    encryptedPathSecrets: tree
      .resolution((path[i] as PathStep).copath, newLeaves)
      .map((node) => encrypt(tree.encryptionKey(node), pathSecret)),
  }));
}

/**
 * Merges another member's path into the tree (RFC 9420 §7.5): public part only.
 *
 * @throws MlsError `invalid-path` if its length, its number of ciphertexts or its parent hash does not fit
 */
export function mergePath(
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  updatePath: UpdatePath,
  newLeaves: ReadonlySet<number>,
): readonly PathStep[] {
  const path = tree.filteredDirectPath(leafIndex);
  demand(path.length === updatePath.nodes.length, "invalid-path", "its length is not that of the direct path");
  const keys = path.map((step, i) => {
    const node = updatePath.nodes[i] as UpdatePathNode;
    const expected = tree.resolution(step.copath, newLeaves).length;
    demand(node.encryptedPathSecrets.length === expected, "invalid-path", "its ciphertexts do not fit the copath");
    demand(suite.hpke.isPublicKey(node.encryptionKey), "invalid-path", "a public key is malformed");
    return { ...step, encryptionKey: node.encryptionKey };
  });
  const parentHash = setPathKeys(suite, tree, leafIndex, keys);
  const source = updatePath.leafNode.source;
  const fits = source.kind === "commit" && equalBytes(source.parentHash, parentHash);
  demand(fits, "invalid-path", "the leaf's parent hash does not fit");
  tree.setLeaf(leafIndex, updatePath.leafNode);
  return path;
}

/**
 * Decrypts the one path secret that is for us and derives the keys above it (RFC 9420 §7.5).
 *
 * @param tree the tree with the path merged
 * @param nodeKeys our private keys in the tree before the path
 * @throws MlsError `invalid-path` if it does not decrypt or leads to other keys than the path announces
 */
export function decryptPath(
  suite: CipherSuite,
  tree: ReadonlyTree,
  ownLeaf: number,
  nodeKeys: NodeKeys,
  path: readonly PathStep[],
  updatePath: UpdatePath,
  groupContext: Uint8Array,
  newLeaves: ReadonlySet<number>,
): PathKeys {
  const own = nodeOfLeaf(ownLeaf);
  const at = path.findIndex(({ copath }) => isInSubtree(own, copath));
  const step = path[at];
  const pathNode = updatePath.nodes[at];
  demand(step !== undefined && pathNode !== undefined, "invalid-path", "no node of it is above us");
  const resolution = tree.resolution(step.copath, newLeaves);
  const target = resolution.findIndex((node) => nodeKeys.has(node));
  const privateKey = nodeKeys.get(resolution[target] as number);
  const ciphertext = pathNode.encryptedPathSecrets[target];
  demand(privateKey !== undefined && ciphertext !== undefined, "invalid-path", "nothing of it is encrypted to us");
  const pathSecret = decryptWithLabel(suite, privateKey, "UpdatePathNode", groupContext, ciphertext);
  demand(pathSecret?.length === suite.hashLength, "invalid-path", "the path secret does not decrypt");
  const keys = derivePathKeys(
    suite,
    path.slice(at).map(({ node }) => node),
    pathSecret,
  );
  checkPathKeys(tree, keys);
  return keys;
}

/** @throws MlsError `invalid-path` unless the tree holds exactly these public keys */
export function checkPathKeys(tree: ReadonlyTree, keys: PathKeys): void {
  for (const { node, publicKey } of keys.steps) {
    const announced = tree.parent(node)?.encryptionKey;
    if (announced === undefined || !equalBytes(announced, publicKey)) {
      throw new MlsError("invalid-path", "a path secret leads to another key than announced");
    }
  }
}

/**
 * Our private keys after a commit: those whose node kept its key, and those of the path.
 *
 * @returns the new keys, and the old ones that are gone
 */
export function mergeNodeKeys(
  before: NodeKeys,
  oldTree: ReadonlyTree,
  newTree: ReadonlyTree,
  ownLeaf: number,
  path: PathKeys | undefined,
): { readonly nodeKeys: NodeKeys; readonly dropped: readonly Secret[] } {
  const nodeKeys = new Map<number, Secret>();
  const dropped: Secret[] = [];
  const own = nodeOfLeaf(ownLeaf);
  for (const [node, key] of before) {
    const stays = node === own || (newTree.parent(node)?.encryptionKey ?? 0) === oldTree.parent(node)?.encryptionKey;
    if (stays) nodeKeys.set(node, key);
    else dropped.push(key);
  }
  for (const step of path?.steps ?? []) {
    if (isInSubtree(own, step.node)) nodeKeys.set(step.node, step.privateKey);
  }
  return { nodeKeys, dropped };
}

/** The path secret that a new member gets in its welcome: that of the lowest node above it and the committer. */
export function pathSecretFor(keys: PathKeys, committer: number, newMember: number): Secret | undefined {
  const shared = commonAncestor(nodeOfLeaf(committer), nodeOfLeaf(newMember));
  return keys.steps.find(({ node }) => node === shared)?.pathSecret;
}
