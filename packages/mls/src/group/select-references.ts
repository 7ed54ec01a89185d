import type { Proposal } from "../structs/proposal.js";
import { applyProposals } from "./apply-proposals.js";
import type { MlsContext } from "./context.js";
import type { CachedProposal, Group } from "./group.js";
import type { SentProposal } from "./sent-proposal.js";

/**
 * Which of the received proposals to commit (RFC 9420 §12.2, §12.4): all, but for those that we may not commit
 * ourselves, for a leaf a removal rather than an update, and the newest update of several. A ReInit only if it is alone.
 */
export function selectReferences(context: MlsContext, group: Group): Uint8Array[] {
  const { ownLeaf, tree, context: groupContext } = group.epoch;
  const base = { groupId: groupContext.groupId, tree, extensions: groupContext.extensions };
  const candidates = [...group.proposals.values()].filter((cached) => target(cached) !== ownLeaf);
  const forLeaf = new Map<number, CachedProposal>();
  for (const cached of candidates) {
    const leafIndex = target(cached);
    if (leafIndex === undefined) continue;
    const chosen = forLeaf.get(leafIndex);
    if (chosen === undefined || proposalOf(chosen).kind === "update") forLeaf.set(leafIndex, cached);
  }
  const others = candidates.filter((cached) => proposalOf(cached).kind !== "reinit");
  const wanted = (others.length > 0 ? others : candidates.slice(0, 1)).filter((cached) => {
    const leafIndex = target(cached);
    return leafIndex === undefined || forLeaf.get(leafIndex) === cached;
  });
  return largestFitting(wanted).map(({ reference }) => reference);

  /** All of them, or else as many as go together in their order; the others wait for a later epoch. */
  function largestFitting(list: readonly CachedProposal[]): readonly CachedProposal[] {
    if (fits(list)) return list;
    const chosen: CachedProposal[] = [];
    for (const cached of list) if (fits([...chosen, cached])) chosen.push(cached);
    return chosen;
  }

  function fits(list: readonly CachedProposal[]): boolean {
    const sent = list.map((cached): SentProposal => {
      return { proposal: proposalOf(cached), sender: cached.content.framed.sender, isByReference: true };
    });
    try {
      applyProposals(context, base, sent, { kind: "member", leafIndex: ownLeaf });
      return true;
    } catch {
      return false;
    }
  }
}

function proposalOf({ content }: CachedProposal): Proposal {
  const { content: inner } = content.framed;
  if (inner.kind !== "proposal") throw new TypeError("a cached proposal is none");
  return inner.proposal;
}

/** The leaf that a proposal updates or removes. */
function target(cached: CachedProposal): number | undefined {
  const proposal = proposalOf(cached);
  const { sender } = cached.content.framed;
  if (proposal.kind === "remove") return proposal.removed;
  const isOfSender = proposal.kind === "update" || proposal.kind === "self-remove";
  return isOfSender && sender.kind === "member" ? sender.leafIndex : undefined;
}
