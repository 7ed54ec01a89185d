import { asSecret, equalBytes, type Secret } from "@redoubt/base";
import { demand } from "../error.js";
import { receiveExternalInit, zeroSecret } from "../schedule/key-schedule.js";
import type { Extensions } from "../structs/extension.js";
import type { LeafNode } from "../structs/leaf-node.js";
import type { ReInit } from "../structs/proposal.js";
import type { PreSharedKeyId } from "../structs/psk-id.js";
import { nodeOfLeaf } from "../tree/tree-math.js";
import {
  checkPathKeys,
  decryptPath,
  derivePathKeys,
  mergeNodeKeys,
  type NodeKeys,
  type PathKeys,
} from "../tree/update-path.js";
import type { MemberChange } from "./apply-proposals.js";
import type { MlsContext } from "./context.js";
import { beginEpoch, Consumed, demandOpen, type Group, type OwnUpdate } from "./group.js";
import { type JudgedCommit, judgeCommit } from "./judge-commit.js";
import { openNextEpoch } from "./next-epoch.js";
import { type PastEpoch, pastEpochOf } from "./past-epoch.js";
import type { PendingCommit } from "./pending-commit.js";
import type { SentProposal } from "./sent-proposal.js";
import { type VerifiedCommit, verifiedOwnCommit } from "./verify.js";

declare const staged: unique symbol;

/** A valid commit that has not taken effect: what it would do, for the application to judge before it merges. */
export interface StagedCommit {
  readonly [staged]: true;
  /** The epoch that it would open. */
  readonly epoch: bigint;
  /** Where the committer stands in the new tree; a joiner's leaf is new. */
  readonly committer: number;
  /** Whether the committer joins by it. */
  readonly isExternal: boolean;
  readonly isOwn: boolean;
  readonly authenticatedData: Uint8Array;
  readonly proposals: readonly SentProposal[];
  /** New members, a joiner included. */
  readonly added: readonly MemberChange[];
  readonly removed: readonly MemberChange[];
  /** Leaves that were renewed, the committer's included, with what stood there before. */
  readonly updated: readonly (MemberChange & { readonly before: LeafNode })[];
  /** The group context extensions of the new epoch. */
  readonly extensions: Extensions;
  readonly extensionsChanged: boolean;
  readonly hasPath: boolean;
  readonly psks: readonly PreSharedKeyId[];
  readonly reinit: ReInit | undefined;
  /** Whether it removes us: there is no state after it then. */
  readonly removesUs: boolean;
}

/** What merging does, kept apart from what the application sees. */
interface Outcome {
  readonly base: Group;
  readonly next: Group | undefined;
  /** The old epoch without the commit's key. */
  readonly past: PastEpoch;
  readonly used: readonly Secret[];
  /** Secrets of ours that only the new state has. */
  readonly fresh: readonly Secret[];
}

const outcomes = new WeakMap<StagedCommit, Outcome>();

/**
 * Checks another's commit and computes the epoch it opens (RFC 9420 §12.4.2). Changes nothing.
 *
 * @throws MlsError whatever makes the commit invalid
 */
export function stageCommit(context: MlsContext, group: Group, message: VerifiedCommit): StagedCommit {
  demand(message.base === group, "stale", "the message was verified against another state");
  return stage(context, group, message, undefined);
}

/** The same for a commit of our own that came back in the group's order. @throws MlsError as `stageCommit` */
export function stageOwnCommit(context: MlsContext, group: Group, pending: PendingCommit): StagedCommit {
  demandOpen(group);
  demand(pending.epoch === group.epoch.context.epoch, "stale", "the pending commit is of another epoch");
  return stage(context, group, verifiedOwnCommit(context, group, pending.content), pending);
}

function stage(
  context: MlsContext,
  group: Group,
  message: VerifiedCommit,
  own: PendingCommit | undefined,
): StagedCommit {
  const judged = judgeCommit(context, group, message, { follows: own?.follows });
  const summary = summarise(group, message, judged, own !== undefined);
  const past = pastEpochOf({ ...group, secretTree: message.secretTree });
  if (summary.removesUs) {
    const used = [...message.consumed, ...spentSecrets(group), ...group.epoch.nodeKeys.values()];
    outcomes.set(summary, { base: group, next: undefined, past, used, fresh: [] });
    return summary;
  }
  const { next, used, fresh } = enter(context, group, message, judged, own);
  outcomes.set(summary, { base: group, next, past, used: [...message.consumed, ...used], fresh });
  return summary;
}

/** Our private part of a commit: decrypts the path, runs the key schedule, checks the confirmation tag. */
function enter(
  context: MlsContext,
  group: Group,
  message: VerifiedCommit,
  judged: JudgedCommit,
  own: PendingCommit | undefined,
): { readonly next: Group; readonly used: Secret[]; readonly fresh: Secret[] } {
  const { suite } = context;
  const { epoch } = group;
  const { applied, provisional } = judged;
  const update = committedUpdate(group, judged) ?? own?.path;
  const before = update === undefined ? epoch.nodeKeys : withOwnKey(epoch.nodeKeys, epoch.ownLeaf, update);
  const keys = pathKeys(context, group, message, judged, before, own);
  const commitSecret = keys?.commitSecret ?? zeroSecret(suite);
  const external = applied.externalInit && receiveExternalInit(suite, epoch.secrets.external, applied.externalInit);
  demand(applied.externalInit === undefined || external !== undefined, "invalid-proposal", "external init");
  const opened = openNextEpoch(
    context,
    { ...epoch, initSecret: external ?? epoch.secrets.init },
    provisional,
    { framing: message.content.framing, framed: message.content.framed, signature: message.content.auth.signature },
    commitSecret,
    applied.psks,
  );
  demand(equalBytes(opened.confirmationTag, message.confirmationTag), "bad-mac", "confirmation tag");
  const { nodeKeys, dropped } = mergeNodeKeys(before, epoch.tree, applied.tree, epoch.ownLeaf, keys);
  const next = beginEpoch(opened.opened, {
    context: opened.context,
    tree: applied.tree,
    ownLeaf: epoch.ownLeaf,
    signaturePrivateKey: update?.signaturePrivateKey ?? epoch.signaturePrivateKey,
    nodeKeys,
    confirmationTag: opened.confirmationTag,
    interimTranscriptHash: opened.interimTranscriptHash,
    reinit: applied.reinit,
  });
  for (const secret of [commitSecret, opened.joinerSecret, opened.pskSecret]) secret.fill(0);
  for (const { pathSecret } of keys?.steps ?? []) pathSecret.fill(0);
  external?.fill(0);
  const old = epoch.nodeKeys.get(nodeOfLeaf(epoch.ownLeaf));
  const replaced = update !== undefined && old !== undefined ? [old] : [];
  const pending = own?.path === undefined ? [] : [own.path.encryptionPrivateKey, own.path.pathSecret];
  return {
    next,
    used: [...spentSecrets(group), ...dropped, ...replaced, ...pending],
    fresh: [...Object.values(opened.opened.secrets), opened.opened.encryption, ...freshKeys(before, nodeKeys)],
  };
}

/** What nothing needs once the epoch is over; the sender data secret goes on to the past epoch. */
function spentSecrets({ epoch, proposals }: Group): Secret[] {
  const { senderData: _, ...spent } = epoch.secrets;
  const proposed = [...proposals.values()].flatMap(({ ownUpdate }) => ownUpdate?.encryptionPrivateKey ?? []);
  return [...Object.values(spent), ...proposed];
}

function freshKeys(before: NodeKeys, after: NodeKeys): Secret[] {
  return [...after].filter(([node, key]) => before.get(node) !== key).map(([, key]) => key);
}

function withOwnKey(nodeKeys: NodeKeys, ownLeaf: number, update: Pick<OwnUpdate, "encryptionPrivateKey">): NodeKeys {
  // A copy: whoever holds the pending commit or the proposal may wipe it at any time.
  return new Map(nodeKeys).set(nodeOfLeaf(ownLeaf), asSecret(update.encryptionPrivateKey.slice()));
}

/** The private keys of our own Update, if the commit takes it up. */
function committedUpdate(group: Group, { applied }: JudgedCommit): OwnUpdate | undefined {
  const ours = applied.updated.find(({ leafIndex }) => leafIndex === group.epoch.ownLeaf);
  if (ours === undefined) return undefined;
  for (const { content, ownUpdate } of group.proposals.values()) {
    const inner = content.framed.content;
    if (ownUpdate !== undefined && inner.kind === "proposal" && inner.proposal.kind === "update") {
      if (inner.proposal.leafNode === ours.leaf) return ownUpdate;
    }
  }
  demand(false, "unknown-proposal", "the private key of our own update is gone");
  return undefined;
}

function pathKeys(
  context: MlsContext,
  group: Group,
  message: VerifiedCommit,
  { applied, path, newLeaves, provisionalBytes }: JudgedCommit,
  nodeKeys: NodeKeys,
  own: PendingCommit | undefined,
): PathKeys | undefined {
  const { suite } = context;
  const updatePath = message.commit.path;
  if (path === undefined || updatePath === undefined) return undefined;
  if (own === undefined) {
    const { ownLeaf } = group.epoch;
    return decryptPath(suite, applied.tree, ownLeaf, nodeKeys, path, updatePath, provisionalBytes, newLeaves);
  }
  demand(own.path !== undefined, "bad-state", "the pending commit has lost its path");
  const nodes = path.map(({ node }) => node);
  const keys = derivePathKeys(suite, nodes, asSecret(own.path.pathSecret.slice()));
  checkPathKeys(applied.tree, keys);
  return keys;
}

function summarise(group: Group, message: VerifiedCommit, judged: JudgedCommit, isOwn: boolean): StagedCommit {
  const { applied, committer, before, proposals, provisional } = judged;
  const leaf = message.commit.path?.leafNode;
  const isExternal = message.sender.kind === "new-member-commit";
  const renewed = leaf && before ? [{ leafIndex: committer, before, leaf }] : [];
  const joined = leaf && isExternal ? [{ leafIndex: committer, leaf }] : [];
  const summary = {
    epoch: provisional.epoch,
    committer,
    isExternal,
    isOwn,
    authenticatedData: message.authenticatedData,
    proposals,
    added: [...applied.added, ...joined],
    removed: applied.removed,
    updated: [...applied.updated, ...renewed],
    extensions: applied.extensions,
    extensionsChanged: applied.extensions !== group.epoch.context.extensions,
    hasPath: leaf !== undefined,
    psks: applied.psks,
    reinit: applied.reinit,
    removesUs: applied.removed.some(({ leafIndex }) => leafIndex === group.epoch.ownLeaf),
  };
  return summary as unknown as StagedCommit;
}

/** The state after a commit. */
export interface Merged {
  /** The new epoch; `undefined` if the commit removed us. */
  readonly group: Group | undefined;
  /** The old epoch, reduced to what opens messages that are still under way. */
  readonly past: PastEpoch;
  readonly consumed: Consumed;
}

/**
 * Lets a staged commit take effect.
 *
 * @throws MlsError `stale` if the state has moved on since it was staged
 */
export function mergeCommit(group: Group, stagedCommit: StagedCommit): Merged {
  const outcome = outcomes.get(stagedCommit);
  demand(outcome?.base === group, "stale", "the commit was staged on another state, or merged or discarded");
  outcomes.delete(stagedCommit);
  return { group: outcome.next, past: outcome.past, consumed: new Consumed(outcome.used) };
}

/** Wipes what only a staged commit holds. It cannot be merged any more. */
export function discardStagedCommit(stagedCommit: StagedCommit): void {
  for (const secret of outcomes.get(stagedCommit)?.fresh ?? []) secret.fill(0);
  outcomes.delete(stagedCommit);
}
