import { asSecret, equalBytes, type Secret } from "@redoubt/base";
import { decode } from "../codec/reader.js";
import { demand, MlsError } from "../error.js";
import { decryptWithLabel } from "../labels.js";
import { deriveWelcomeSecret, openEpoch, welcomeKeys } from "../schedule/key-schedule.js";
import { derivePskSecret } from "../schedule/psk.js";
import { interimTranscriptHash } from "../schedule/transcript.js";
import type { Extensions } from "../structs/extension.js";
import { encodeGroupContext } from "../structs/group-context.js";
import { type GroupInfo, readGroupInfo } from "../structs/group-info.js";
import { isLastResort } from "../structs/key-package.js";
import { decodeGroupSecrets, type GroupSecrets, type Welcome } from "../structs/welcome.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import { commonAncestor, directPath, nodeOfLeaf } from "../tree/tree-math.js";
import { checkPathKeys, derivePathKeys, type NodeKeys } from "../tree/update-path.js";
import { checkTree } from "./check-tree.js";
import type { MlsContext } from "./context.js";
import { checkFollows } from "./follow.js";
import { beginEpoch, Consumed, type Group } from "./group.js";
import { checkGroupInfo, treeOfGroupInfo } from "./group-info.js";
import { keyPackageRef, type OwnKeyPackage } from "./key-packages.js";
import { parseWelcome } from "./welcome.js";

export interface JoinOptions {
  /** The tree, if it does not come with the welcome: contents of a ratchet_tree extension. */
  readonly ratchetTree?: Uint8Array;
  /** Whether we are in a group of this id already (RFC 9420 §12.4.3.1). */
  readonly isKnownGroup?: (groupId: Uint8Array) => boolean;
  /** The group that the new one follows, in its last state: needed if the welcome says that it follows one. */
  readonly follows?: Group;
}

/** A group that we were welcomed to. */
export interface Joined {
  readonly group: Group;
  /** Which of the key packages was used. Delete it unless it is a last resort. */
  readonly used: OwnKeyPackage;
  /** The member that welcomes us. */
  readonly welcomer: number;
  /** Extensions of the GroupInfo: what the committer wanted us to know. */
  readonly extensions: Extensions;
  readonly consumed: Consumed;
}

/**
 * The extensions of the GroupInfo in a welcome, before anything else of it is judged: they may say where the tree is.
 *
 * @throws MlsError `not-for-us`, `invalid-welcome`, `unknown-psk`
 */
export function peekWelcome(context: MlsContext, welcomeBytes: Uint8Array, own: readonly OwnKeyPackage[]): Extensions {
  const welcome = parseWelcome(welcomeBytes);
  demand(welcome.cipherSuite === context.suite.id, "invalid-welcome", "cipher suite");
  const { secrets } = openGroupSecrets(context, welcome, own);
  const pskSecret = derivePskSecret(context.suite, secrets.psks, context.psk);
  const { extensions } = openGroupInfo(context, welcome, secrets, pskSecret);
  for (const secret of [secrets.joinerSecret, pskSecret]) secret.fill(0);
  secrets.pathSecret?.fill(0);
  return extensions;
}

/**
 * Joins a group by a Welcome (RFC 9420 §12.4.3.1).
 *
 * @param own key packages of ours that it may be for
 * @throws MlsError `not-for-us`, `invalid-welcome`, `invalid-group-info`, `invalid-tree`, `invalid-leaf`, `unknown-psk`, `bad-mac`
 */
export function joinGroup(
  context: MlsContext,
  welcomeBytes: Uint8Array,
  own: readonly OwnKeyPackage[],
  options: JoinOptions = {},
): Joined {
  const { suite } = context;
  const welcome = parseWelcome(welcomeBytes);
  demand(welcome.cipherSuite === suite.id, "invalid-welcome", "cipher suite");
  const { used, secrets } = openGroupSecrets(context, welcome, own);
  const pskSecret = derivePskSecret(suite, secrets.psks, context.psk);
  const info = openGroupInfo(context, welcome, secrets, pskSecret);
  const { context: groupContext } = info;
  demand(!options.isKnownGroup?.(groupContext.groupId), "invalid-welcome", "we are in that group already");
  const tree = treeOfGroupInfo(info, options.ratchetTree);
  checkGroupInfo(context, info, tree);
  checkTree(context, tree, groupContext);
  checkFollows(context, secrets.psks, info, tree, options.follows);

  const ownLeaf = findOwnLeaf(tree, used);
  const nodeKeys = deriveNodeKeys(context, tree, info.signer, ownLeaf, used, secrets.pathSecret);
  const opened = openEpoch(suite, secrets.joinerSecret, pskSecret, encodeGroupContext(groupContext));
  const confirmationTag = suite.mac(opened.secrets.confirmation, groupContext.confirmedTranscriptHash);
  demand(equalBytes(confirmationTag, info.confirmationTag), "bad-mac", "confirmation tag");
  const group = beginEpoch(opened, {
    context: groupContext,
    tree,
    ownLeaf,
    signaturePrivateKey: used.signaturePrivateKey,
    nodeKeys,
    confirmationTag,
    interimTranscriptHash: interimTranscriptHash(suite, groupContext.confirmedTranscriptHash, confirmationTag),
    reinit: undefined,
  });
  secrets.joinerSecret.fill(0);
  pskSecret.fill(0);
  return {
    group,
    used,
    welcomer: info.signer,
    extensions: info.extensions,
    consumed: new Consumed(isLastResort(used.keyPackage) ? [] : [used.initPrivateKey, used.encryptionPrivateKey]),
  };
}

function openGroupSecrets(
  context: MlsContext,
  welcome: Welcome,
  own: readonly OwnKeyPackage[],
): { readonly used: OwnKeyPackage; readonly secrets: GroupSecrets } {
  const { suite } = context;
  for (const candidate of own) {
    const reference = keyPackageRef(context, candidate.keyPackage);
    const entry = welcome.secrets.find(({ newMember }) => equalBytes(newMember, reference));
    if (entry === undefined) continue;
    demand(candidate.keyPackage.cipherSuite === suite.id, "invalid-welcome", "cipher suite of the key package");
    const { initPrivateKey } = candidate;
    const opened = decryptWithLabel(suite, initPrivateKey, "Welcome", welcome.encryptedGroupInfo, entry.encrypted);
    if (opened === undefined) throw new MlsError("invalid-welcome", "the group secrets do not decrypt");
    const secrets = decodeGroupSecrets(opened);
    opened.fill(0);
    demand(secrets.joinerSecret.length === suite.hashLength, "invalid-welcome", "joiner secret");
    demand((secrets.pathSecret ?? secrets.joinerSecret).length === suite.hashLength, "invalid-welcome", "path secret");
    return { used: candidate, secrets };
  }
  throw new MlsError("not-for-us");
}

function openGroupInfo({ suite }: MlsContext, welcome: Welcome, secrets: GroupSecrets, pskSecret: Secret): GroupInfo {
  const welcomeSecret = deriveWelcomeSecret(suite, secrets.joinerSecret, pskSecret);
  const { key, nonce } = welcomeKeys(suite, welcomeSecret);
  const opened = suite.aeadOpen(key, nonce, new Uint8Array(0), welcome.encryptedGroupInfo);
  for (const secret of [welcomeSecret, key, nonce]) secret.fill(0);
  if (opened === undefined) throw new MlsError("invalid-welcome", "the group info does not decrypt");
  return decode(opened, readGroupInfo);
}

function findOwnLeaf(tree: ReadonlyTree, { keyPackage }: OwnKeyPackage): number {
  for (const [leafIndex, leaf] of tree.members()) {
    if (equalBytes(leaf.encoded, keyPackage.leafNode.encoded)) return leafIndex;
  }
  throw new MlsError("invalid-welcome", "our leaf is not in the tree");
}

function deriveNodeKeys(
  { suite }: MlsContext,
  tree: ReadonlyTree,
  welcomer: number,
  ownLeaf: number,
  own: OwnKeyPackage,
  pathSecret: Secret | undefined,
): NodeKeys {
  const nodeKeys = new Map([[nodeOfLeaf(ownLeaf), asSecret(own.encryptionPrivateKey.slice())]]);
  if (pathSecret === undefined) return nodeKeys;
  const shared = commonAncestor(nodeOfLeaf(ownLeaf), nodeOfLeaf(welcomer));
  demand(welcomer !== ownLeaf && !tree.isBlank(shared), "invalid-welcome", "a path secret for a blank node");
  const nodes = [shared, ...directPath(shared, tree.leafCount)].filter((node) => !tree.isBlank(node));
  const keys = derivePathKeys(suite, nodes, pathSecret);
  checkPathKeys(tree, keys);
  for (const step of keys.steps) {
    nodeKeys.set(step.node, step.privateKey);
    step.pathSecret.fill(0);
  }
  keys.commitSecret.fill(0);
  return nodeKeys;
}
