import type { Consumed } from "@redoubt/mls";
import type { Member } from "./evidence.js";
import type { Policy } from "./policy.js";
import type { ConversationState, PendingChange } from "./state.js";
import type { TreePlace } from "./tree-place.js";

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
  /**
   * Others have gone on to an epoch that we cannot follow into, or speak in one that is not ours: our stored state is
   * older than what we sent, one of us accepted a commit that others refused, or the log was split. Nobody has proved it.
   */
  | { readonly kind: "left-behind"; readonly seq: number }
  /** Bytes that no member sealed, or a changed entry. */
  | { readonly kind: "altered"; readonly seq: number };

/** A commit that took effect. */
export interface TakenCommit {
  readonly kind: "commit";
  readonly by: Member;
  readonly isOwn: boolean;
  readonly added: readonly Member[];
  readonly removed: readonly Member[];
  /** The leaf of the committer, renewed; and those that were added. */
  readonly newLeaves: readonly number[];
  readonly removesUs: boolean;
  /** Whether we are to be brought in anew by the same commit: a welcome comes. */
  readonly replacesUs: boolean;
  /** Rules before and after, where they changed. */
  readonly policy: { readonly before: Policy; readonly after: Policy } | undefined;
  /** Our own change, which lost against this commit: its intent is tried again. */
  readonly lost: PendingChange | undefined;
  /** Our own change, which has taken effect. */
  readonly won: PendingChange | undefined;
  /** To be posted once `tree` is put where they say that it is. */
  readonly welcomes: readonly ReadyWelcome[];
  readonly tree: { readonly place: TreePlace; readonly bytes: Uint8Array } | undefined;
}

/** What an entry turned out to be. */
export type Taken =
  | { readonly kind: "message"; readonly from: Member; readonly epoch: bigint; readonly content: Uint8Array }
  | { readonly kind: "own-message" }
  /** A member says that it leaves. */
  | { readonly kind: "leaving"; readonly from: Member; readonly isOwn: boolean }
  | TakenCommit
  /**
   * Not valid, too late, or not for members: the same for everybody, and without effect. An own message that was ignored
   * has reached nobody: its content may be sealed anew.
   */
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
