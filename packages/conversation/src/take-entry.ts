import { CodedError, equalBytes } from "@redoubt/base";
import {
  acceptApplication,
  acceptProposal,
  Consumed,
  discardPendingCommit,
  discardStagedCommit,
  type Group,
  isPendingCommit,
  MlsError,
  mergeCommit,
  openPastMessage,
  type ParsedMessage,
  parseMessage,
  type StagedCommit,
  stageCommit,
  stageOwnCommit,
  type VerifiedCommit,
  verifyMessage,
} from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { openEnvelope } from "./envelope.js";
import { ConversationError } from "./error.js";
import { type Member, readMember } from "./evidence.js";
import { sealPosition } from "./handover.js";
import { advance, decodeClaim, judgeClaim, type LogEntry, type Position } from "./position.js";
import { checkProfile } from "./profile.js";
import { type ConversationState, keptEpochs, moveTo, type PendingChange } from "./state.js";

/** A welcome that may now be posted, with where the new epoch begins, sealed for its members. */
export interface ReadyWelcome {
  readonly inboxId: Uint8Array;
  readonly welcome: Uint8Array;
  readonly position: Uint8Array;
}

/** Something that the relay, or someone with its help, did to the log. Each is shown as an alarm. */
export type Alarm =
  /** A member saw another log than we did: split, reordered, or entries dropped. */
  | { readonly kind: "forked"; readonly by: Member; readonly seq: number }
  /** An entry claims to have been sent after one that comes later. */
  | { readonly kind: "reordered"; readonly by: Member; readonly seq: number }
  /** A message that was there before. */
  | { readonly kind: "replayed"; readonly seq: number }
  /** Our own stored state is older than what we sent: it was put back, or lost. */
  | { readonly kind: "left-behind"; readonly seq: number }
  /** Bytes that no member sealed, or a changed entry. */
  | { readonly kind: "altered"; readonly seq: number };

/** What an entry turned out to be. */
export type Taken =
  | { readonly kind: "message"; readonly from: Member; readonly epoch: bigint; readonly content: Uint8Array }
  | { readonly kind: "own-message" }
  | { readonly kind: "proposal"; readonly from: Member }
  | {
      readonly kind: "commit";
      readonly by: Member;
      readonly isOwn: boolean;
      readonly added: readonly Member[];
      readonly removed: readonly Member[];
      readonly removesUs: boolean;
      /** Our own change lost against this commit, or was pending without need: its intent is tried again. */
      readonly lost: PendingChange | undefined;
      readonly welcomes: readonly ReadyWelcome[];
    }
  /** Not valid, too late, or not for members: the same for everybody, and without effect. */
  | { readonly kind: "ignored"; readonly reason: string };

/** The state after an entry. */
export interface TakenEntry {
  readonly state: ConversationState;
  readonly taken: Taken;
  readonly alarms: readonly Alarm[];
  readonly consumed: Consumed;
}

/** An entry of our own that has not come back yet. */
export interface OwnEntry {
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Takes in the next entry of the log. Never fails because of what is in the entry: whatever is not valid is ignored by
 * all members alike.
 *
 * @param own our own entry of this id, if we sent it
 * @throws ConversationError `gap` if an entry is missing before it
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
  try {
    const parsed = parseMessage(opened);
    if (state.pending !== undefined && isPendingCommit(context.mls.suite, state.pending.commit, opened)) {
      return takeCommit(context, moved, stageOwnCommit(context.mls, group, state.pending.commit));
    }
    if (own !== undefined) return nothing({ kind: "own-message" });
    if (parsed.epoch < group.epoch.context.epoch) return takeLate(context, moved, entry, parsed);
    return takeCurrent(context, moved, group, entry, parsed);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return nothing({ kind: "ignored", reason: error.code }, alarmsOf(error.code, entry.seq, opened));
  }
}

/** What a refusal says of the relay, or of ourselves. */
function alarmsOf(code: string, seq: number, opened: Uint8Array): Alarm[] {
  if (code === "key-consumed") return [{ kind: "replayed", seq }];
  if (code !== "own-message") return [];
  // A commit of ours that we know nothing of: others have followed it, and we are left behind.
  const isCommit = parseMessage(opened).contentKind === "commit";
  return [{ kind: isCommit ? "left-behind" : "replayed", seq }];
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
  const leaf = group.epoch.tree.leaf(sender.leafIndex);
  if (leaf === undefined) throw new MlsError("not-a-member");
  const from = readMember(leaf);
  const alarms = judge(moved, entry, from, decodeClaim(message.authenticatedData));
  if (message.kind === "proposal") {
    const accepted = acceptProposal(context.mls, group, message);
    return {
      state: { ...moved, group: accepted.group },
      taken: { kind: "proposal", from },
      alarms,
      consumed: accepted.consumed,
    };
  }
  const accepted = acceptApplication(group, message);
  const taken = { kind: "message", from, epoch: parsed.epoch, content: message.data } as const;
  return { state: { ...moved, group: accepted.group }, taken, alarms, consumed: accepted.consumed };
}

function takeOthersCommit(
  context: ConversationContext,
  moved: ConversationState,
  group: Group,
  entry: LogEntry,
  message: VerifiedCommit,
): TakenEntry {
  const claim = decodeClaim(message.authenticatedData);
  const result = takeCommit(context, moved, stageCommit(context.mls, group, message));
  if (result.taken.kind !== "commit") return result;
  return { ...result, alarms: judge(moved, entry, result.taken.by, claim) };
}

function takeCommit(context: ConversationContext, moved: ConversationState, staged: StagedCommit): TakenEntry {
  const group = moved.group as Group;
  const committer = group.epoch.tree.leaf(staged.committer);
  if (committer === undefined) throw new MlsError("not-a-member");
  try {
    checkProfile(staged);
  } catch (error) {
    discardStagedCommit(staged);
    throw error;
  }
  const merged = mergeCommit(group, staged);
  const { pending } = moved;
  const isLost = pending !== undefined && !staged.isOwn;
  if (isLost) discardPendingCommit(pending.commit);
  const state: ConversationState = {
    ...moved,
    group: merged.group,
    past: merged.group === undefined ? [] : [merged.past, ...moved.past].slice(0, keptEpochs),
    pending: undefined,
  };
  const next = merged.group;
  const ready = staged.isOwn && next !== undefined ? (pending?.welcomes ?? []) : [];
  const position = ready.length > 0 && next !== undefined ? sealPosition(context, next, moved.position) : undefined;
  return {
    state,
    taken: {
      kind: "commit",
      by: readMember(committer),
      isOwn: staged.isOwn,
      added: staged.added.map(({ leaf }) => readMember(leaf)),
      removed: staged.removed.map(({ leaf }) => readMember(leaf)),
      removesUs: staged.removesUs,
      lost: isLost ? pending : undefined,
      welcomes: ready.map((welcome) => ({ ...welcome, position: position as Uint8Array })),
    },
    alarms: [],
    consumed: merged.consumed,
  };
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
  const members = [...(moved.group as Group).epoch.tree.members()];
  const leaf = members.find(([, other]) => equalBytes(other.signatureKey, opened.signatureKey))?.[1];
  if (leaf === undefined) throw new MlsError("not-a-member", "its sender was removed");
  const from = readMember(leaf);
  const alarms = judge(moved, entry, from, decodeClaim(opened.authenticatedData));
  return {
    state: { ...moved, past: moved.past.with(index, opened.past) },
    taken: { kind: "message", from, epoch: parsed.epoch, content: opened.data },
    alarms,
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
