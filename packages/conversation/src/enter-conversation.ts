import { type Consumed, type JoinOptions, joinGroup, type OwnKeyPackage } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { ConversationError } from "./error.js";
import { type Member, readMember } from "./evidence.js";
import { type Handover, openStart, readHandover } from "./handover.js";
import { epochRootOf, type LogAccess, rotated } from "./log-access.js";
import { admits, type Policy, readPolicy } from "./policy.js";
import type { ConversationState } from "./state.js";

/** A conversation that we were invited to. It is shown as a request until it is accepted. */
export interface InvitedTo {
  readonly state: ConversationState;
  readonly policy: Policy;
  readonly by: Member;
  readonly used: OwnKeyPackage;
  readonly consumed: Consumed;
}

/**
 * Enters a conversation by a welcome.
 *
 * @param position where our epoch begins, as `sealStart` sealed it
 * @throws MlsError, ConversationError for a welcome that is not valid, not for us, or against our rules
 */
export function enterConversation(
  context: ConversationContext,
  own: readonly OwnKeyPackage[],
  welcome: Uint8Array,
  position: Uint8Array,
  options: JoinOptions = {},
): InvitedTo {
  const { group, welcomer, extensions, used, consumed } = joinGroup(context.mls, welcome, own, options);
  const { tree, context: groupContext } = group.epoch;
  if (groupContext.groupId.length !== 32) throw new ConversationError("malformed", "group id");
  const policy = readPolicy(groupContext.extensions);
  const handover = readHandover(extensions);
  // The rules are everybody's, the handover is the welcomer's word alone.
  if (handover.relay !== policy.home.relay) throw new ConversationError("against-profile", "a log on another relay");
  if (policy.kind === "direct") {
    for (const [, leaf] of tree.members()) {
      const isTheirs = admits(policy, readMember(leaf).accountId);
      if (!isTheirs) throw new ConversationError("against-profile", "a device of another account");
    }
  }
  const start = openStart(context, group, position);
  return {
    state: {
      id: groupContext.groupId,
      access: accessOf(context, group, handover),
      group,
      past: [],
      position: start.position,
      begun: start.position.seq,
      placeOffset: 0,
      heads: new Map([[start.position.seq, start.position.head]]),
      pending: undefined,
      leaving: start.leaving,
      said: [],
    },
    policy,
    by: readMember(tree.leaf(welcomer) as NonNullable<ReturnType<typeof tree.leaf>>),
    used,
    consumed,
  };
}

function accessOf(context: ConversationContext, group: InvitedTo["state"]["group"], handover: Handover): LogAccess {
  const { writeSeed } = handover;
  if (writeSeed !== undefined) return { ...handover, writeSeed };
  if (group === undefined) throw new ConversationError("not-active");
  const root = epochRootOf(context, group);
  const access = rotated(context, { ...handover, writeSeed: root as LogAccess["writeSeed"] }, root);
  root.fill(0);
  return access;
}
