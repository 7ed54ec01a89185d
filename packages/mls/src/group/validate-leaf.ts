import { equalBytes } from "@redoubt/base";
import { demand, MlsError } from "../error.js";
import { verifyWithLabel } from "../labels.js";
import { type Extensions, isDefaultExtension, requiredCapabilities } from "../structs/extension.js";
import { protocolVersion } from "../structs/key-package.js";
import { type LeafNode, type LeafNodeSource, type LeafPosition, leafNodeToBeSigned } from "../structs/leaf-node.js";
import { isDefaultProposal } from "../structs/proposal.js";
import { KeySet } from "../tree/key-set.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import type { MlsContext } from "./context.js";

/** Where a leaf comes from and is to stand, for `checkLeaf`. */
export interface LeafSituation {
  /** The sources that may be there: one for a message, any in a tree. */
  readonly sources: readonly LeafNodeSource["kind"][];
  readonly position: LeafPosition;
  readonly groupExtensions: Extensions;
  /** Seconds since 1970. Given by whoever is about to add the leaf; a receiver does not judge by its clock. */
  readonly now?: bigint | undefined;
}

/**
 * What RFC 9420 §7.3 asks of a single leaf. The numbers are those of `docs/mls-validation.md`.
 *
 * @throws MlsError `invalid-leaf`
 */
export function checkLeaf(context: MlsContext, leaf: LeafNode, situation: LeafSituation): void {
  const { suite, authentication } = context;
  const { capabilities, source } = leaf;
  // L1: the keys have the suite's form.
  demand(leaf.signatureKey.length === suite.signaturePublicKeyLength, "invalid-leaf", "L1: signature key length");
  demand(suite.hpke.isPublicKey(leaf.encryptionKey), "invalid-leaf", "L1: encryption key");
  // L2: the source is one that may be here.
  demand(situation.sources.includes(source.kind), "invalid-leaf", "L2: leaf node source");
  // L3: the capabilities name the version and the suite in use.
  demand(capabilities.versions.includes(protocolVersion), "invalid-leaf", "L3: version");
  demand(capabilities.cipherSuites.includes(suite.id), "invalid-leaf", "L3: cipher suite");
  // L4: the credential's own type is supported.
  demand(capabilities.credentials.includes(leaf.credential.type), "invalid-leaf", "L4: credential type");
  // L5: the leaf's extensions are supported by itself.
  for (const { type } of leaf.extensions) {
    const supported = isDefaultExtension(type) || capabilities.extensions.includes(type);
    demand(supported, "invalid-leaf", "L5: an extension is not in the capabilities");
  }
  // L6: what the group requires and uses is supported.
  checkSupportsGroup(leaf, situation.groupExtensions);
  // L7: the lifetime, for whoever adds.
  if (situation.now !== undefined && source.kind === "key-package") {
    const { notBefore, notAfter } = source.lifetime;
    demand(notBefore <= situation.now && situation.now <= notAfter, "invalid-leaf", "L7: lifetime");
    demand(notAfter - notBefore <= context.maxLifetime, "invalid-leaf", "L7: lifetime is too long");
  }
  // L8: the signature.
  const signed = leafNodeToBeSigned(leaf, situation.position);
  const valid = verifyWithLabel(suite, leaf.signatureKey, "LeafNodeTBS", signed, leaf.signature);
  demand(valid, "invalid-leaf", "L8: signature");
  // L9: the credential.
  const refusal = authentication.refuse(leaf);
  demand(refusal === undefined, "invalid-leaf", `L9: credential: ${refusal}`);
}

/** L6. @throws MlsError `invalid-leaf` */
export function checkSupportsGroup(leaf: LeafNode, groupExtensions: Extensions): void {
  const { extensions, proposals, credentials } = leaf.capabilities;
  for (const { type } of groupExtensions) {
    const supported = isDefaultExtension(type) || extensions.includes(type);
    demand(supported, "invalid-leaf", "L6: a group context extension is not supported");
  }
  const required = requiredCapabilities(groupExtensions);
  if (required === undefined) return;
  const meets =
    required.extensions.every((type) => isDefaultExtension(type) || extensions.includes(type)) &&
    required.proposals.every((type) => isDefaultProposal(type) || proposals.includes(type)) &&
    required.credentials.every((type) => credentials.includes(type));
  demand(meets, "invalid-leaf", "L6: required capabilities");
}

/** The keys of all nodes, for checks against new ones. */
export interface TreeKeys {
  readonly encryption: KeySet;
  readonly signature: KeySet;
}

/**
 * What RFC 9420 §7.3 and §12.2 ask of all leaves together: L10, every credential type in use is supported by all;
 * L11, keys are unique; L12, no client is there twice; L15, there are not more than a group may have.
 *
 * @throws MlsError `invalid-tree`
 */
export function checkMembers(context: MlsContext, tree: ReadonlyTree): TreeKeys {
  const keys = { encryption: new KeySet(), signature: new KeySet() };
  const clients = new Set<string>();
  demand(tree.memberCount <= context.maxMembers, "invalid-tree", "L15: more members than a group may have");
  const inUse = new Set<number>();
  const supportedBy: (readonly number[])[] = [];
  for (const [, leaf] of tree.members()) {
    inUse.add(leaf.credential.type);
    supportedBy.push(leaf.capabilities.credentials);
    demand(keys.signature.add(leaf.signatureKey), "invalid-tree", "L11: two members share a signature key");
    demand(keys.encryption.add(leaf.encryptionKey), "invalid-tree", "L11: two nodes share an encryption key");
    const client = context.authentication.clientId(leaf);
    demand(!clients.has(client), "invalid-tree", "L12: a client is there twice");
    clients.add(client);
  }
  for (const [, parent] of tree.filledParents()) {
    demand(keys.encryption.add(parent.encryptionKey), "invalid-tree", "L11: two nodes share an encryption key");
  }
  for (const type of inUse) {
    const everyone = supportedBy.every((types) => types.includes(type));
    demand(everyone, "invalid-tree", "L10: a credential type in use is not supported by all");
  }
  return keys;
}

/**
 * What RFC 9420 §7.3 asks of a leaf that takes another's place: L13, a new encryption key; L14, a credential that may
 * succeed the old one.
 *
 * @throws MlsError `invalid-leaf`
 */
export function checkSuccessor(context: MlsContext, before: LeafNode, after: LeafNode): void {
  const isNew = !equalBytes(before.encryptionKey, after.encryptionKey);
  demand(isNew, "invalid-leaf", "L13: the encryption key is the old one");
  if (!context.authentication.isSuccessor(before, after)) {
    throw new MlsError("invalid-leaf", "L14: the credential may not succeed the old one");
  }
}
