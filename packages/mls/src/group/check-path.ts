import { equalBytes } from "@redoubt/base";
import { encode } from "../codec/writer.js";
import { demand } from "../error.js";
import { writeCapabilities } from "../structs/capabilities.js";
import type { UpdatePath } from "../structs/commit.js";
import { writeCredential } from "../structs/credential.js";
import type { LeafNode } from "../structs/leaf-node.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import type { MlsContext } from "./context.js";
import { checkLeaf, checkMembers, checkSuccessor, type LeafSituation, type TreeKeys } from "./validate-leaf.js";

/**
 * What RFC 9420 §12.4.2 asks of a path before it is merged: a valid leaf of source commit, and keys that are nowhere
 * in the tree.
 *
 * @param before the leaf that the committer had, or the one that a joiner removes
 * @param keys those of the tree after the proposals; the path's are added
 * @throws MlsError `invalid-leaf`, `invalid-path`
 */
export function checkPathLeaf(
  context: MlsContext,
  path: UpdatePath,
  before: LeafNode | undefined,
  situation: Omit<LeafSituation, "sources" | "now">,
  keys: TreeKeys,
): void {
  const { leafNode } = path;
  checkLeaf(context, leafNode, { ...situation, sources: ["commit"] });
  if (before !== undefined) checkSuccessor(context, before, leafNode);
  for (const { encryptionKey } of [leafNode, ...path.nodes]) {
    demand(keys.encryption.add(encryptionKey), "invalid-path", "a public key is in the tree already");
  }
}

/**
 * What the merged leaf changes for the others (RFC 9420 §7.3): nothing, if it only renews keys.
 *
 * @throws MlsError `invalid-tree`
 */
export function checkMergedLeaf(
  context: MlsContext,
  tree: ReadonlyTree,
  before: LeafNode | undefined,
  after: LeafNode,
): void {
  if (before === undefined || !isSameIdentity(before, after)) checkMembers(context, tree);
}

function isSameIdentity(before: LeafNode, after: LeafNode): boolean {
  return (
    equalBytes(before.signatureKey, after.signatureKey) &&
    equalBytes(encode(before.credential, writeCredential), encode(after.credential, writeCredential)) &&
    equalBytes(encode(before.capabilities, writeCapabilities), encode(after.capabilities, writeCapabilities))
  );
}
