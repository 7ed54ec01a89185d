import type { Proposal } from "../structs/proposal.js";
import { applyCheckedProposals } from "./apply-proposals.js";
import type { MlsContext } from "./context.js";
import type { CachedProposal, Group } from "./group.js";
import type { SentProposal } from "./sent-proposal.js";

/**
 * Which of the received proposals to commit (RFC 9420 §12.2, §12.4): all, but for those that we may not commit
 * ourselves or whose pre-shared key we lack, for a leaf a removal rather than an update, and the newest update of
 * several. A ReInit only if it is alone.
 */
export function selectReferences(context: MlsContext, group: Group): Uint8Array[] {
  const { ownLeaf, tree, context: groupContext } = group.epoch;
  const base = { groupId: groupContext.groupId, tree, extensions: groupContext.extensions };
  const candidates = [...group.proposals.values()].filter((cached) => {
    const proposal = proposalOf(cached);
    return target(cached) !== ownLeaf && (proposal.kind !== "psk" || context.psk(proposal.psk) !== undefined);
  });
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
  return addFitting([], wanted).map(({ reference }) => reference);

  /** As many of the list as go with those chosen, in their order; the others wait for a later epoch. */
  function addFitting(chosen: readonly CachedProposal[], list: readonly CachedProposal[]): readonly CachedProposal[] {
    if (list.length === 0) return chosen;
    const all = [...chosen, ...list];
    if (fits(all)) return all;
    if (list.length === 1) return chosen;
    const half = list.length >>> 1;
    return addFitting(addFitting(chosen, list.slice(0, half)), list.slice(half));
  }

  function fits(list: readonly CachedProposal[]): boolean {
    const sent = list.map((cached): SentProposal => {
      return { proposal: proposalOf(cached), sender: cached.content.framed.sender, isByReference: true };
    });
    try {
      // Each was checked by itself when it was accepted: outsiders' proposals must not cost a signature a trial.
      applyCheckedProposals(context, base, sent, { kind: "member", leafIndex: ownLeaf });
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
