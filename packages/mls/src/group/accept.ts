import { bytesKey } from "@redoubt/base";
import { maxProposals } from "../codec/limits.js";
import { demand } from "../error.js";
import { checkProposal } from "./check-proposal.js";
import type { MlsContext } from "./context.js";
import { type CachedProposal, Consumed, type Group, makeGroup } from "./group.js";
import type { VerifiedApplication, VerifiedProposal } from "./verify.js";

/** A state that took in a message. */
export interface Accepted {
  readonly group: Group;
  readonly consumed: Consumed;
}

/** @throws MlsError `stale` if the state is not the one that the message was verified against */
function demandBase(group: Group, base: Group): void {
  demand(group === base, "stale", "the message was verified against another state");
}

/** Takes the key of an opened application message out of the state. */
export function acceptApplication(group: Group, message: VerifiedApplication): Accepted {
  demandBase(group, message.base);
  return {
    group: makeGroup(group.epoch, message.secretTree, group.proposals),
    consumed: new Consumed(message.consumed),
  };
}

/**
 * Keeps a proposal, so that a commit may refer to it (RFC 9420 §12.1).
 *
 * @param now seconds since 1970, for whoever will commit it: checks the lifetime of an added key package
 * @throws MlsError what `checkProposal` throws, if it is not valid by itself; it is not kept then
 */
export function acceptProposal(context: MlsContext, group: Group, message: VerifiedProposal, now?: bigint): Accepted {
  demandBase(group, message.base);
  const { proposal, sender, reference, content } = message;
  demand(group.proposals.size < maxProposals, "too-many-proposals", `${maxProposals}`);
  const { tree, context: groupContext } = group.epoch;
  const base = { groupId: groupContext.groupId, tree, extensions: groupContext.extensions };
  checkProposal(context, base, { proposal, sender, isByReference: true }, { now });
  return {
    group: cacheProposal(makeGroup(group.epoch, message.secretTree, group.proposals), {
      reference,
      content,
      ownUpdate: undefined,
    }),
    consumed: new Consumed(message.consumed),
  };
}

/** The state without some of its proposals: those that turn out not to be in the group's order. */
export function dropProposals(group: Group, isDropped: (proposal: CachedProposal) => boolean): Group {
  const kept = [...group.proposals].filter(([, proposal]) => !isDropped(proposal));
  return makeGroup(group.epoch, group.secretTree, new Map(kept));
}

/** The state with a proposal more. */
export function cacheProposal(group: Group, cached: CachedProposal): Group {
  const proposals = new Map(group.proposals).set(bytesKey(cached.reference), cached);
  return makeGroup(group.epoch, group.secretTree, proposals);
}
