import { equalBytes } from "@redoubt/base";
import { demand } from "../error.js";
import type { GroupContext } from "../structs/group-context.js";
import { checkParentHashes, checkUnmergedLeaves } from "../tree/parent-hash.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import { treeHash } from "../tree/tree-hash.js";
import { checkGroupExtensions } from "./check-group-extensions.js";
import type { MlsContext } from "./context.js";
import { checkLeaf, checkMembers } from "./validate-leaf.js";

/**
 * Everything that a joiner checks of the tree it is given (RFC 9420 §12.4.3.1).
 *
 * @throws MlsError `invalid-tree`, `invalid-leaf`
 */
export function checkTree(context: MlsContext, tree: ReadonlyTree, groupContext: GroupContext): void {
  // First what costs little: a tree may be large, and its sender unknown.
  checkMembers(context, tree);
  checkGroupExtensions(context, groupContext.extensions);
  const hash = treeHash(context.suite, tree);
  demand(equalBytes(hash, groupContext.treeHash), "invalid-tree", "the tree hash is not the group's");
  checkUnmergedLeaves(tree);
  checkParentHashes(context.suite, tree);
  for (const [, { encryptionKey }] of tree.filledParents()) {
    demand(context.suite.hpke.isPublicKey(encryptionKey), "invalid-tree", "a parent's public key is malformed");
  }
  for (const [leafIndex, leaf] of tree.members()) {
    checkLeaf(context, leaf, {
      sources: ["key-package", "update", "commit"],
      position: { groupId: groupContext.groupId, leafIndex },
      groupExtensions: groupContext.extensions,
    });
  }
}
