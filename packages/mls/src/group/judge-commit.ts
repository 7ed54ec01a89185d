import { demand, MlsError } from "../error.js";
import { encodeGroupContext, type GroupContext } from "../structs/group-context.js";
import type { LeafNode } from "../structs/leaf-node.js";
import { needsPath } from "../structs/proposal.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import { mergePath, type PathStep } from "../tree/update-path.js";
import { type AppliedProposals, applyProposals } from "./apply-proposals.js";
import { checkMergedLeaf, checkPathLeaf } from "./check-path.js";
import type { MlsContext } from "./context.js";
import { cachedProposal, type Group, memberAt } from "./group.js";
import { provisionalContext } from "./next-epoch.js";
import type { ApplyOptions, SentProposal } from "./sent-proposal.js";
import type { VerifiedCommit } from "./verify.js";

/** The public outcome of a commit: what anyone can tell who holds the tree, without any key. */
export interface JudgedCommit {
  readonly proposals: readonly SentProposal[];
  /** The tree in it has the path merged. */
  readonly applied: AppliedProposals;
  /** Where the committer stands in the new tree. */
  readonly committer: number;
  /** The committer's leaf before; `undefined` for a joiner. */
  readonly before: LeafNode | undefined;
  readonly path: readonly PathStep[] | undefined;
  readonly newLeaves: ReadonlySet<number>;
  readonly provisional: GroupContext;
  readonly provisionalBytes: Uint8Array;
}

function resolveProposals(group: Group, { commit, sender }: VerifiedCommit): SentProposal[] {
  return commit.proposals.map((item) => {
    if (item.kind === "proposal") return { proposal: item.proposal, sender, isByReference: false };
    const { framed } = cachedProposal(group, item.reference).content;
    if (framed.content.kind !== "proposal") throw new MlsError("bad-state", "a cached proposal is none");
    return { proposal: framed.content.proposal, sender: framed.sender, isByReference: true };
  });
}

/** The old leaf that a joiner removes, if it was a member before. */
function resyncedLeaf(tree: ReadonlyTree, proposals: readonly SentProposal[]): LeafNode | undefined {
  const removal = proposals.find(({ proposal }) => proposal.kind === "remove")?.proposal;
  return removal?.kind === "remove" ? tree.leaf(removal.removed) : undefined;
}

/**
 * Checks everything about a commit that needs no secret, and applies it to a copy of the tree (RFC 9420 §12.4.2).
 *
 * @throws MlsError whatever makes the commit invalid
 */
export function judgeCommit(
  context: MlsContext,
  group: Group,
  message: VerifiedCommit,
  options: Pick<ApplyOptions, "follows">,
): JudgedCommit {
  const { tree: oldTree, context: groupContext } = group.epoch;
  const { commit, sender } = message;
  const { groupId } = groupContext;
  const proposals = resolveProposals(group, message);
  demand(sender.kind === "member" || sender.kind === "new-member-commit", "wrong-sender", "commit");
  const asCommitter = sender.kind === "member" ? sender : ({ kind: "joiner" } as const);
  const base = { groupId, tree: oldTree, extensions: groupContext.extensions };
  const applied = applyProposals(context, base, proposals, asCommitter, options);
  const { tree } = applied;
  const isPathRequired = proposals.length === 0 || proposals.some(({ proposal }) => needsPath(proposal.kind));
  demand(!isPathRequired || commit.path !== undefined, "path-required", "commit");

  const committer = sender.kind === "member" ? sender.leafIndex : tree.placeJoiner();
  const before = sender.kind === "member" ? memberAt(oldTree, committer) : undefined;
  const newLeaves = new Set(applied.added.map(({ leafIndex }) => leafIndex));
  let path: readonly PathStep[] | undefined;
  if (commit.path !== undefined) {
    const replaced = sender.kind === "member" ? before : resyncedLeaf(oldTree, proposals);
    const situation = { position: { groupId, leafIndex: committer }, groupExtensions: applied.extensions };
    checkPathLeaf(context, commit.path, replaced, situation, applied.keys);
    path = mergePath(context.suite, tree, committer, commit.path, newLeaves);
    checkMergedLeaf(context, tree, before, commit.path.leafNode);
  }
  const provisional = provisionalContext(context.suite, groupContext, tree, applied.extensions);
  return {
    proposals,
    applied,
    committer,
    before,
    path,
    newLeaves,
    provisional,
    provisionalBytes: encodeGroupContext(provisional),
  };
}
