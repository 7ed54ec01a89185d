import { type Consumed, type Group, propose, seal } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { entryIdLength, sealEnvelope } from "./envelope.js";
import { ConversationError } from "./error.js";
import { encodeClaim } from "./position.js";
import type { ConversationState } from "./state.js";

/** Bytes of content that go into one message; what is longer travels as an attachment. */
export const maxContentLength = 32 * 1024;

/** A log entry that is to be appended, and the state after it. Store both in one transaction before it is sent. */
export interface Outgoing {
  readonly state: ConversationState;
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
  /** The write key (Ed25519, 32 bytes) that the relay is to change to with the entry: it does both or neither. */
  readonly rotateTo: Uint8Array | undefined;
  readonly consumed: Consumed;
}

/**
 * Seals a content for the conversation. A retry sends the same bytes under the same entry id.
 *
 * @throws ConversationError `not-active`, `too-long`; `commit-pending` in an epoch in which somebody has said that they
 *   leave: RFC 9420 §12.4 wants them put out first (the intent `tidy`)
 */
export function sealContent(context: ConversationContext, state: ConversationState, content: Uint8Array): Outgoing {
  const { group, access, position } = state;
  if (group === undefined) throw new ConversationError("not-active");
  if (content.length > maxContentLength) throw new ConversationError("too-long", `${content.length} bytes`);
  if (group.proposals.size > 0) throw new ConversationError("commit-pending", "somebody leaves");
  const sealed = seal(context.mls, group, content, { authenticatedData: encodeClaim(position) });
  const entryId = context.random(entryIdLength);
  const bytes = sealEnvelope(context, access.logSecret, access.logId, entryId, sealed.message);
  return { state: { ...state, group: sealed.group }, entryId, bytes, rotateTo: undefined, consumed: sealed.consumed };
}

/**
 * Says that this device leaves. It takes effect when another member commits it; until it has come back in the epoch that
 * it was sealed in, it may have to be said again in a later one.
 *
 * @throws ConversationError `not-active`; `commit-pending` while a change is on its way, or this was said in this epoch
 */
export function sealLeaving(context: ConversationContext, state: ConversationState): Outgoing {
  const { group, access, position } = state;
  if (group === undefined) throw new ConversationError("not-active");
  // Once an epoch: others keep the first of several, and a list of proposals that only we have must not fill ours.
  if (state.pending !== undefined || hasProposed(group)) throw new ConversationError("commit-pending");
  const made = propose(context.mls, group, { kind: "self-remove" }, { authenticatedData: encodeClaim(position) });
  const entryId = context.random(entryIdLength);
  const bytes = sealEnvelope(context, access.logSecret, access.logId, entryId, made.message);
  return { state: { ...state, group: made.group }, entryId, bytes, rotateTo: undefined, consumed: made.consumed };
}

function hasProposed({ proposals, epoch }: Group): boolean {
  return [...proposals.values()].some(({ content: { framed } }) => {
    return framed.sender.kind === "member" && framed.sender.leafIndex === epoch.ownLeaf;
  });
}
