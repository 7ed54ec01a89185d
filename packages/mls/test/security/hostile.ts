import { asSecret, emptyBytes, type Secret } from "@redoubt/base";
import { openNextEpoch, provisionalContext } from "../../src/group/next-epoch.js";
import { signLeaf } from "../../src/group/own-leaf.js";
import {
  type CommitOptions,
  commit,
  type Group,
  type MlsContext,
  mergeCommit,
  type Proposal,
  stageOwnCommit,
} from "../../src/index.js";
import { membershipTag, signContent } from "../../src/protect/content-auth.js";
import { sealPrivateMessage } from "../../src/protect/private-message.js";
import type { SecretTree } from "../../src/protect/secret-tree.js";
import { zeroSecret } from "../../src/schedule/key-schedule.js";
import type { Commit, ProposalOrRef, UpdatePath } from "../../src/structs/commit.js";
import type { AuthData, Content, FramedContent, Framing, Sender } from "../../src/structs/framing.js";
import { encodeGroupContext, type GroupContext } from "../../src/structs/group-context.js";
import type { LeafNode, LeafNodeContent } from "../../src/structs/leaf-node.js";
import { encodeMessage } from "../../src/structs/message.js";
import { setPathKeys } from "../../src/tree/parent-hash.js";
import { derivePathKeys, encryptPath } from "../../src/tree/update-path.js";

/** What an insider may lie about in a message. What is left out is as it should be. */
export interface Lies {
  readonly sender?: Sender;
  /** Signs instead of the insider's own signature key. */
  readonly privateKey?: Uint8Array;
  readonly epoch?: bigint;
  readonly groupId?: Uint8Array;
  readonly confirmationTag?: Uint8Array;
  /** `undefined` for none. */
  readonly membershipTag?: Uint8Array | undefined;
  /** Replaces the generation's key as if so many messages had gone before. */
  readonly generation?: number;
  /** None by default. */
  readonly authenticatedData?: Uint8Array;
}

function framed(group: Group, content: Content, lies: Lies): FramedContent {
  const { context, ownLeaf } = group.epoch;
  return {
    groupId: lies.groupId ?? context.groupId,
    epoch: lies.epoch ?? context.epoch,
    sender: lies.sender ?? { kind: "member", leafIndex: ownLeaf },
    authenticatedData: lies.authenticatedData ?? emptyBytes,
    content,
  };
}

function authenticate(
  context: MlsContext,
  group: Group,
  framing: Framing,
  content: FramedContent,
  lies: Lies,
): AuthData {
  const { contextBytes, signaturePrivateKey } = group.epoch;
  const signature = signContent(context.suite, lies.privateKey ?? signaturePrivateKey, framing, content, contextBytes);
  const isCommit = content.content.kind === "commit";
  const tag = lies.confirmationTag ?? new Uint8Array(context.suite.hashLength);
  return { signature, confirmationTag: isCommit ? tag : undefined };
}

/** A PublicMessage that an insider makes, whatever it says. */
export function forgePublic(context: MlsContext, group: Group, content: Content, lies: Lies = {}): Uint8Array {
  const { secrets, contextBytes } = group.epoch;
  const body = framed(group, content, lies);
  const auth = authenticate(context, group, "public", body, lies);
  const right = () => membershipTag(context.suite, secrets.membership, body, auth, contextBytes);
  const isMember = body.sender.kind === "member";
  const tag = "membershipTag" in lies ? lies.membershipTag : isMember ? right() : undefined;
  return encodeMessage({ kind: "public", message: { framed: body, auth, membershipTag: tag } });
}

/** A PrivateMessage that an insider makes, with the keys of whichever leaf it names: it knows them all. */
export function forgePrivate(context: MlsContext, group: Group, content: Content, lies: Lies = {}): Uint8Array {
  const body = framed(group, content, lies);
  const auth = authenticate(context, group, "private", body, lies);
  const leafIndex = body.sender.kind === "member" ? body.sender.leafIndex : 0;
  const tree = lies.generation === undefined ? group.secretTree : advanced(context, group, leafIndex, lies.generation);
  const { senderData } = group.epoch.secrets;
  const sealed = sealPrivateMessage(context.suite, tree, senderData, leafIndex, { framed: body, auth }, 0);
  return encodeMessage({ kind: "private", message: sealed.message });
}

/** The secret tree with a leaf's ratchets set forward by their number alone. */
function advanced({ suite }: MlsContext, { secretTree }: Group, leafIndex: number, generation: number): SecretTree {
  const ratchets = secretTree.ratchets.slice();
  const ratchet = { generation, secret: zeroSecret(suite), skipped: new Map() };
  ratchets[leafIndex] = { handshake: ratchet, application: ratchet };
  return { ...secretTree, ratchets };
}

/**
 * A commit that its maker changed after it was made, then signed, keyed and tagged as if that were right. The tree is
 * taken to be that of the unchanged commit.
 */
export function forgeCommit(
  context: MlsContext,
  group: Group,
  options: CommitOptions,
  change: (commit: Commit, after: Group) => Commit,
): Uint8Array {
  const { suite } = context;
  const made = commit(context, group, { ...options, framing: "public" });
  const { framed: honest } = made.pending.content;
  if (honest.content.kind !== "commit") throw new TypeError("no commit");
  const after = mergeCommit(made.group, stageOwnCommit(context, made.group, made.pending)).group as Group;
  const { path } = made.pending;
  const nodes =
    path === undefined ? [] : after.epoch.tree.filteredDirectPath(after.epoch.ownLeaf).map(({ node }) => node);
  const commitSecret =
    path === undefined
      ? zeroSecret(suite)
      : derivePathKeys(suite, nodes, asSecret(path.pathSecret.slice())).commitSecret;
  const { tree, context: next } = after.epoch;
  const provisional = provisionalContext(suite, group.epoch.context, tree, next.extensions);
  const { authenticatedData = emptyBytes } = options;
  return tagged(context, group, change(honest.content.commit, after), provisional, commitSecret, authenticatedData);
}

/** Signs a commit and gives it the tags that its epoch asks for. */
function tagged(
  context: MlsContext,
  group: Group,
  forged: Commit,
  provisional: GroupContext,
  commitSecret: Secret,
  authenticatedData: Uint8Array = emptyBytes,
): Uint8Array {
  const content: Content = { kind: "commit", commit: forged };
  const body = framed(group, content, { authenticatedData });
  const { signature } = authenticate(context, group, "public", body, {});
  const before = { ...group.epoch, initSecret: group.epoch.secrets.init };
  const signed = { framing: "public", framed: body, signature } as const;
  const { confirmationTag } = openNextEpoch(context, before, provisional, signed, commitSecret, []);
  return forgePublic(context, group, content, { confirmationTag, authenticatedData });
}

/** What an insider chooses in its path. */
export interface PathLies {
  readonly leaf?: Partial<LeafNodeContent>;
  /** Public keys by their place in the path, from the leaf up. */
  readonly nodeKeys?: readonly (Uint8Array | undefined)[];
  readonly parentHash?: Uint8Array;
  /** Whether the leaf's signature is wrong. */
  readonly badSignature?: boolean;
}

/**
 * A commit of a path alone that is right but for the lies: parent hashes, tree hash, path secrets and tags are those of
 * the tree with the lies in it.
 */
export function forgePath(context: MlsContext, group: Group, lies: PathLies): Uint8Array {
  const { suite } = context;
  const { ownLeaf, context: before } = group.epoch;
  const tree = group.epoch.tree.clone();
  const steps = tree.filteredDirectPath(ownLeaf);
  const nodes = steps.map(({ node }) => node);
  const keys = derivePathKeys(suite, nodes, asSecret(suite.random(suite.hashLength)));
  const chosen = {
    ...keys,
    steps: keys.steps.map((step, i) => ({ ...step, publicKey: lies.nodeKeys?.[i] ?? step.publicKey })),
  };
  const path = steps.map((step, i) => ({ ...step, encryptionKey: chosen.steps[i]?.publicKey as Uint8Array }));
  const right = setPathKeys(suite, tree, ownLeaf, path);
  const leafNode = resign(context, group, tree.leaf(ownLeaf) as LeafNode, {
    encryptionKey: suite.hpke.generateKeyPair().publicKey,
    source: { kind: "commit", parentHash: lies.parentHash ?? right },
    ...lies.leaf,
  });
  if (lies.badSignature) leafNode.encoded.set([(leafNode.encoded.at(-1) as number) ^ 1], leafNode.encoded.length - 1);
  tree.setLeaf(ownLeaf, leafNode);
  const provisional = provisionalContext(suite, before, tree, before.extensions);
  const encrypted = encryptPath(suite, tree, steps, chosen, encodeGroupContext(provisional), new Set());
  const forged = { proposals: [], path: { leafNode, nodes: encrypted } };
  return tagged(context, group, forged, provisional, keys.commitSecret);
}

/** The path of a commit that has one. */
export function pathOf(commit: Commit): UpdatePath {
  if (commit.path === undefined) throw new TypeError("the commit has no path");
  return commit.path;
}

/** A member's leaf with changes, signed by it. */
function resign(context: MlsContext, group: Group, leaf: LeafNode, changes: Partial<LeafNodeContent>): LeafNode {
  const { signaturePrivateKey, context: groupContext, ownLeaf } = group.epoch;
  const position = { groupId: groupContext.groupId, leafIndex: ownLeaf };
  return signLeaf(context.suite, { ...leaf, ...changes }, signaturePrivateKey, position);
}

/** Proposals as a commit holds them by value. */
export function byValue(...proposals: Proposal[]): ProposalOrRef[] {
  return proposals.map((proposal) => ({ kind: "proposal", proposal }));
}

/** A proposal as a commit refers to it. */
export function byReference(reference: Uint8Array): ProposalOrRef {
  return { kind: "reference", reference };
}
