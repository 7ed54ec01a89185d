import { CodedError, equalBytes } from "@redoubt/base";
import {
  acceptApplication,
  acceptProposal,
  Consumed,
  discardPendingCommit,
  type Group,
  isPendingCommit,
  type LeafNode,
  MlsError,
  openPastMessage,
  type ParsedMessage,
  parseMessage,
  stageCommit,
  stageOwnCommit,
  type VerifiedCommit,
  type VerifiedProposal,
  verifyMessage,
} from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { openEnvelope } from "./envelope.js";
import { ConversationError } from "./error.js";
import { type Member, readMember } from "./evidence.js";
import { readPolicy } from "./policy.js";
import { advance, decodeClaim, judgeClaim, type LogEntry, type Position } from "./position.js";
import { may } from "./roles.js";
import { rosterOf } from "./roster.js";
import { type ConversationState, moveTo } from "./state.js";
import { takeCommit } from "./take-commit.js";
import type { Alarm, OwnEntry, Taken, TakenEntry } from "./taken.js";

/**
 * Takes in the next entry of the log. Never fails because of what is in the entry: whatever is not valid is ignored by
 * all members alike; but for rules of a later version, at which one has to stop.
 *
 * @param own our own entry of this id, if we sent it
 * @throws ConversationError `gap` if an entry is missing before it, `unsupported-policy`. Nothing has changed then.
 */
export function takeEntry(
  context: ConversationContext,
  state: ConversationState,
  entry: LogEntry,
  own: OwnEntry | undefined,
): TakenEntry {
  const position = advance(context.provider, state.position, entry);
  const moved = moveTo(state, position);
  const nothing = (taken: Taken, alarms: readonly Alarm[] = []): TakenEntry => {
    return { state: moved, taken, alarms, consumed: new Consumed([]) };
  };
  const { access, group } = state;
  if (own !== undefined && !equalBytes(own.bytes, entry.bytes)) {
    return nothing({ kind: "ignored", reason: "altered" }, [{ kind: "altered", seq: entry.seq }]);
  }
  const opened = openEnvelope(context, access.logSecret, access.logId, entry.entryId, entry.bytes);
  if (opened === undefined) {
    return nothing({ kind: "ignored", reason: "not sealed by a member" }, [{ kind: "altered", seq: entry.seq }]);
  }
  if (group === undefined) return nothing({ kind: "ignored", reason: "not a member" });
  const { pending } = state;
  const isPending = pending !== undefined && isPendingCommit(context.mls.suite, pending.commit, opened);
  try {
    const parsed = parseMessage(opened);
    if (isPending) {
      const staged = stageOwnCommit(context.mls, group, pending.commit);
      return takeCommit(context, moved, staged, decodeClaim(staged.authenticatedData).chains);
    }
    if (own !== undefined) return takeOwn(moved, group, parsed);
    if (parsed.epoch < group.epoch.context.epoch) return takeLate(context, moved, entry, parsed);
    return takeCurrent(context, moved, group, entry, parsed);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code === "unsupported-policy") throw error;
    const refused = nothing({ kind: "ignored", reason: error.code }, alarmsOf(error.code, entry.seq, group, opened));
    return isPending ? withoutPending(refused) : refused;
  }
}

/** Our own change came back and was refused, by us as by all: it is on its way no more. */
function withoutPending(refused: TakenEntry): TakenEntry {
  const { pending } = refused.state;
  if (pending !== undefined) discardPendingCommit(pending.commit);
  return { ...refused, state: { ...refused.state, pending: undefined } };
}

/** What comes back of our own, when it is no commit that we wait for: judged as all others judge it. */
function takeOwn(moved: ConversationState, group: Group, parsed: ParsedMessage): TakenEntry {
  const leaf = memberLeaf(group, group.epoch.ownLeaf);
  const from = readMember(leaf);
  const isCurrent = parsed.epoch === group.epoch.context.epoch;
  const give = (state: ConversationState, taken: Taken): TakenEntry => {
    return { state, taken, alarms: [], consumed: new Consumed([]) };
  };
  if (parsed.contentKind === "application") {
    const isKept = isCurrent || moved.past.some(({ epoch }) => epoch === parsed.epoch);
    if (!isKept) return give(moved, { kind: "ignored", reason: "too late" });
    return give(moved, mayPost(group, from) ? { kind: "own-message" } : { kind: "ignored", reason: "not-allowed" });
  }
  // A self-removal counts in the epoch that it was sent in: what came later has to be said again.
  const counts = parsed.contentKind === "proposal" && isCurrent;
  if (!counts) return give(moved, { kind: "ignored", reason: "too late" });
  return give(withWord(moved, leaf.signatureKey), { kind: "leaving", from, isOwn: true });
}

/** Whose word stands in the newest entry. */
function withWord(moved: ConversationState, key: Uint8Array): ConversationState {
  if (moved.leaving.some((other) => equalBytes(other, key))) return moved;
  const { seq } = moved.position;
  return { ...moved, leaving: [...moved.leaving, key], said: [...moved.said, { key, seq }] };
}

/** What a refusal says of the relay, or of ourselves. */
function alarmsOf(code: string, seq: number, group: Group, opened: Uint8Array): Alarm[] {
  if (code === "key-consumed") return [{ kind: "replayed", seq }];
  // It is sealed for members of an epoch of this number: if its sender is honest, another one than ours.
  if (code === "cannot-decrypt") return [{ kind: "left-behind", seq }];
  if (code !== "own-message" && code !== "wrong-epoch") return [];
  const { epoch, contentKind } = parseMessage(opened);
  const current = group.epoch.context.epoch;
  if (epoch > current) return [{ kind: "left-behind", seq }];
  if (code === "wrong-epoch") return [];
  // A commit of ours that we know nothing of: others have followed it, and we are left behind.
  if (contentKind === "application") return [{ kind: "replayed", seq }];
  return contentKind === "commit" && epoch === current ? [{ kind: "left-behind", seq }] : [];
}

function takeCurrent(
  context: ConversationContext,
  moved: ConversationState,
  group: Group,
  entry: LogEntry,
  parsed: ParsedMessage,
): TakenEntry {
  const message = verifyMessage(context.mls, group, parsed);
  if (message.kind === "commit") return takeOthersCommit(context, moved, group, entry, message);
  const { sender } = message;
  if (sender.kind !== "member") throw new ConversationError("against-profile", "a message from outside");
  const from = readMember(memberLeaf(group, sender.leafIndex));
  const alarms = judge(moved, entry, from, decodeClaim(message.authenticatedData));
  if (message.kind === "proposal") return { ...takeProposal(context, moved, group, message, from), alarms };
  const accepted = acceptApplication(group, message);
  return {
    state: { ...moved, group: accepted.group },
    taken: asMessage(group, from, parsed.epoch, message.data),
    alarms,
    consumed: accepted.consumed,
  };
}

function asMessage(group: Group, from: Member, epoch: bigint, content: Uint8Array): Taken {
  return mayPost(group, from) ? { kind: "message", from, epoch, content } : { kind: "ignored", reason: "not-allowed" };
}

/** A message counts by the rules that hold where it stands in the log. */
function mayPost(group: Group, { accountId }: Member): boolean {
  const policy = readPolicy(group.epoch.context.extensions);
  // Most often all may, and a large group's roster need not be read for each message.
  if (policy.kind === "direct" || policy.permissions.post === "member") return true;
  return may(policy, rosterOf(group.epoch.tree), accountId, "post");
}

/** The only proposal that is sent by itself is that of a member who leaves; and once is enough. */
function takeProposal(
  context: ConversationContext,
  moved: ConversationState,
  group: Group,
  message: VerifiedProposal,
  from: Member,
): Omit<TakenEntry, "alarms"> {
  const { proposal, sender } = message;
  if (proposal.kind !== "self-remove" || sender.kind !== "member") {
    throw new ConversationError("against-profile", `a proposal of kind ${proposal.kind}`);
  }
  const isSaid = [...group.proposals.values()].some(({ content: { framed } }) => {
    return framed.sender.kind === "member" && framed.sender.leafIndex === sender.leafIndex;
  });
  if (isSaid) throw new ConversationError("against-profile", "said twice");
  const accepted = acceptProposal(context.mls, group, message);
  const { signatureKey } = memberLeaf(group, sender.leafIndex);
  return {
    state: { ...withWord(moved, signatureKey), group: accepted.group },
    taken: { kind: "leaving", from, isOwn: false },
    consumed: accepted.consumed,
  };
}

function memberLeaf(group: Group, leafIndex: number): LeafNode {
  const leaf = group.epoch.tree.leaf(leafIndex);
  if (leaf === undefined) throw new MlsError("not-a-member");
  return leaf;
}

function takeOthersCommit(
  context: ConversationContext,
  moved: ConversationState,
  group: Group,
  entry: LogEntry,
  message: VerifiedCommit,
): TakenEntry {
  const claim = decodeClaim(message.authenticatedData);
  const result = takeCommit(context, moved, stageCommit(context.mls, group, message), claim.chains);
  return { ...result, alarms: judge(moved, entry, result.taken.by, claim) };
}

/** A message of an epoch that has ended: readable while the epoch is kept and its sender is still a member. */
function takeLate(
  context: ConversationContext,
  moved: ConversationState,
  entry: LogEntry,
  parsed: ParsedMessage,
): TakenEntry {
  const index = moved.past.findIndex(({ epoch }) => epoch === parsed.epoch);
  const past = moved.past[index];
  if (past === undefined) throw new MlsError("wrong-epoch", "an epoch that is no longer kept");
  const opened = openPastMessage(context.mls, past, parsed);
  const group = moved.group as Group;
  const leaf = [...group.epoch.tree.members()].find(([, other]) => equalBytes(other.signatureKey, opened.signatureKey));
  if (leaf === undefined) throw new MlsError("not-a-member", "its sender was removed");
  const from = readMember(leaf[1]);
  const claim = decodeClaim(opened.authenticatedData);
  // Its sender has read the commit that our epoch began with, and did not follow.
  const stays = moved.begun > 0 && claim.seq >= moved.begun;
  return {
    state: { ...moved, past: moved.past.with(index, opened.past) },
    taken: asMessage(group, from, parsed.epoch, opened.data),
    alarms: [...judge(moved, entry, from, claim), ...(stays ? [{ kind: "left-behind", seq: entry.seq } as const] : [])],
    consumed: opened.consumed,
  };
}

/** Compares what the sender saw of the log with what we saw. */
function judge(moved: ConversationState, entry: LogEntry, by: Member, claim: Position): Alarm[] {
  const verdict = judgeClaim(claim, entry.seq, moved.heads);
  if (verdict === "forked") return [{ kind: "forked", by, seq: entry.seq }];
  if (verdict === "from-the-future") return [{ kind: "reordered", by, seq: entry.seq }];
  return [];
}
