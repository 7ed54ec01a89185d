import { bytesKey } from "@redoubt/base";
import { encode } from "../codec/writer.js";
import { demand } from "../error.js";
import type { Extensions } from "../structs/extension.js";
import type { Sender } from "../structs/framing.js";
import type { KeyPackage } from "../structs/key-package.js";
import type { LeafNode } from "../structs/leaf-node.js";
import { type Proposal, type ProposalKind, proposalType, type ReInit } from "../structs/proposal.js";
import { type PreSharedKeyId, writePreSharedKeyId } from "../structs/psk-id.js";
import type { RatchetTree, ReadonlyTree } from "../tree/ratchet-tree.js";
import { checkProposal } from "./check-proposal.js";
import type { MlsContext } from "./context.js";
import type { ApplyOptions, ProposalBase, SentProposal } from "./sent-proposal.js";
import { checkMembers, checkSupportsGroup, type TreeKeys } from "./validate-leaf.js";

/** A member as it was or is. */
export interface MemberChange {
  readonly leafIndex: number;
  readonly leaf: LeafNode;
}

/** What a list of proposals does (RFC 9420 §12.3). `tree` is the new tree before the path is merged. */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  readonly extensions: Extensions;
  readonly added: readonly (MemberChange & { readonly keyPackage: KeyPackage })[];
  readonly removed: readonly MemberChange[];
  readonly updated: readonly (MemberChange & { readonly before: LeafNode })[];
  readonly psks: readonly PreSharedKeyId[];
  readonly externalInit: Uint8Array | undefined;
  readonly reinit: ReInit | undefined;
  /** Keys of the tree after the proposals. */
  readonly keys: TreeKeys;
}

/** Who commits: a member, or one who joins by the commit. */
export type Committer = { readonly kind: "member"; readonly leafIndex: number } | { readonly kind: "joiner" };

type Of<K extends ProposalKind> = SentProposal & { readonly proposal: Extract<Proposal, { kind: K }> };

function ofKind<K extends ProposalKind>(proposals: readonly SentProposal[], kind: K): Of<K>[] {
  return proposals.filter((sent): sent is Of<K> => sent.proposal.kind === kind);
}

/**
 * Checks a commit's list of proposals (RFC 9420 §12.2) and applies it (§12.3).
 *
 * @throws MlsError `invalid-proposal`, `invalid-proposal-list`, `invalid-leaf`, `invalid-key-package`, `invalid-tree`
 */
export function applyProposals(
  context: MlsContext,
  base: ProposalBase,
  proposals: readonly SentProposal[],
  committer: Committer,
  options: ApplyOptions = {},
): AppliedProposals {
  checkKinds(proposals, committer);
  const extensions = extensionsAfter(base, proposals);
  for (const sent of proposals) checkProposal(context, { ...base, extensions }, sent, options);
  return apply(context, base, proposals, committer);
}

/**
 * The same for proposals of which each is known to be valid by itself, under the group's present extensions: spares
 * their signatures. What changes the extensions is checked in full.
 *
 * @throws MlsError as `applyProposals`
 */
export function applyCheckedProposals(
  context: MlsContext,
  base: ProposalBase,
  proposals: readonly SentProposal[],
  committer: Committer,
): AppliedProposals {
  if (extensionsAfter(base, proposals) !== base.extensions) return applyProposals(context, base, proposals, committer);
  checkKinds(proposals, committer);
  return apply(context, base, proposals, committer);
}

function extensionsAfter(base: ProposalBase, proposals: readonly SentProposal[]): Extensions {
  return ofKind(proposals, "group-context-extensions")[0]?.proposal.extensions ?? base.extensions;
}

function apply(
  context: MlsContext,
  base: ProposalBase,
  proposals: readonly SentProposal[],
  committer: Committer,
): AppliedProposals {
  const extensions = extensionsAfter(base, proposals);
  const tree = base.tree.clone();
  const touched = new Set<number>();
  const touch = (leafIndex: number) => {
    demand(!touched.has(leafIndex), "invalid-proposal-list", "two proposals for one leaf");
    const isCommitter = committer.kind === "member" && committer.leafIndex === leafIndex;
    demand(!isCommitter, "invalid-proposal-list", "the committer updates or removes itself");
    touched.add(leafIndex);
    return base.tree.leaf(leafIndex) as LeafNode;
  };
  const updated = ofKind(proposals, "update").map(({ proposal, sender }) => {
    const leafIndex = (sender as Extract<Sender, { kind: "member" }>).leafIndex;
    const before = touch(leafIndex);
    tree.replaceLeaf(leafIndex, proposal.leafNode);
    return { leafIndex, before, leaf: proposal.leafNode };
  });
  const removedLeaves = [
    ...ofKind(proposals, "remove").map(({ proposal }) => proposal.removed),
    ...ofKind(proposals, "self-remove").map(({ sender }) => (sender as Extract<Sender, { kind: "member" }>).leafIndex),
  ];
  const removed = removedLeaves.map((leafIndex) => ({ leafIndex, leaf: touch(leafIndex) }));
  for (const { leafIndex } of removed) tree.blankLeaf(leafIndex);
  checkSupportedByMembers(proposals, tree);
  const added = ofKind(proposals, "add").map(({ proposal }) => {
    const leaf = proposal.keyPackage.leafNode;
    return { leafIndex: tree.addLeaf(leaf), leaf, keyPackage: proposal.keyPackage };
  });
  if (extensions !== base.extensions) for (const [, leaf] of tree.members()) checkSupportsGroup(leaf, extensions);

  return {
    tree,
    extensions,
    added,
    removed,
    updated,
    psks: ofKind(proposals, "psk").map(({ proposal }) => proposal.psk),
    externalInit: ofKind(proposals, "external-init")[0]?.proposal.kemOutput,
    reinit: ofKind(proposals, "reinit")[0]?.proposal.reinit,
    keys: checkMembers(context, tree),
  };
}

/** Which kinds may stand together (RFC 9420 §12.2). */
function checkKinds(proposals: readonly SentProposal[], committer: Committer): void {
  const count = (kind: ProposalKind) => ofKind(proposals, kind).length;
  demand(count("group-context-extensions") <= 1, "invalid-proposal-list", "two lists of extensions");
  demand(count("reinit") === 0 || proposals.length === 1, "invalid-proposal-list", "a ReInit stands alone");
  const pskIds = ofKind(proposals, "psk").map(({ proposal }) => bytesKey(encode(proposal.psk, writePreSharedKeyId)));
  demand(new Set(pskIds).size === pskIds.length, "invalid-proposal-list", "a pre-shared key occurs twice");
  if (committer.kind === "member") {
    demand(count("external-init") === 0, "invalid-proposal-list", "an ExternalInit by a member");
    return;
  }
  demand(count("external-init") === 1, "invalid-proposal-list", "a joiner needs exactly one ExternalInit");
  demand(count("remove") <= 1, "invalid-proposal-list", "a joiner removes more than one leaf");
  for (const { proposal, isByReference } of proposals) {
    const { kind } = proposal;
    const mayBeThere = kind === "self-remove" ? isByReference : !isByReference;
    const isAllowed = ["external-init", "remove", "psk", "self-remove"].includes(kind);
    demand(isAllowed && mayBeThere, "invalid-proposal-list", "a joiner may not commit this");
  }
}

/** Proposals beyond the defaults must be known to all who process the commit (RFC 9420 §12.2). */
function checkSupportedByMembers(proposals: readonly SentProposal[], staying: ReadonlyTree): void {
  if (ofKind(proposals, "self-remove").length === 0) return;
  for (const [, leaf] of staying.members()) {
    const supported = leaf.capabilities.proposals.includes(proposalType["self-remove"]);
    demand(supported, "invalid-proposal-list", "a member does not support a proposal type");
  }
}
