import type { Secret } from "@redoubt/base";
import type { Group, PastEpoch, PendingCommit } from "@redoubt/mls";
import type { LogAccess } from "./log-access.js";
import { keptHeads, type Position } from "./position.js";
import type { TreePlace } from "./tree-place.js";

/** Past epochs that are kept for messages under way. */
export const keptEpochs = 5;

/** A commit of ours that is on its way, with what follows once it has won. */
export interface PendingChange {
  readonly entryId: Uint8Array;
  readonly commit: PendingCommit;
  /** For each newcomer's device, by inbox: its welcome. Posted when the commit has won. */
  readonly welcomes: readonly { readonly inboxId: Uint8Array; readonly welcome: Uint8Array }[];
  /** The owner's key of the log that it moves the conversation to. */
  readonly ownerSeed: Secret<32> | undefined;
  /** Where newcomers will look for the tree, if it does not come along. It is put there once the commit has won. */
  readonly treePlace: TreePlace | undefined;
}

/**
 * A conversation as one device holds it: an immutable value. `group` is there as long as we are a member.
 */
export interface ConversationState {
  /** The MLS group id, 32 random bytes; it never changes. */
  readonly id: Uint8Array;
  readonly access: LogAccess;
  readonly group: Group | undefined;
  /** Newest first. */
  readonly past: readonly PastEpoch[];
  readonly position: Position;
  /**
   * What is added to a number of the log to get a place in the conversation, which goes on when the log changes: the
   * entries of earlier logs. Known to this device alone.
   */
  readonly placeOffset: number;
  /** The number of the entry that our epoch began with; 0 if that was in another log. */
  readonly begun: number;
  /** Heads of the newest entries, by number. */
  readonly heads: ReadonlyMap<number, Uint8Array>;
  readonly pending: PendingChange | undefined;
  /**
   * Signature keys of members who have said that they leave and still are in the tree, in the order in which they said
   * it: shared state, for anyone may commit their removal.
   */
  readonly leaving: readonly Uint8Array[];
  /** Which of them said it in this epoch, and in which entry. */
  readonly said: readonly { readonly key: Uint8Array; readonly seq: number }[];
}

/** The state with the log processed one entry further. */
export function moveTo(state: ConversationState, position: Position): ConversationState {
  const heads = new Map(state.heads).set(position.seq, position.head);
  heads.delete(position.seq - keptHeads);
  return { ...state, position, heads };
}

/** The place of an entry of the current log in the conversation: later entries have higher ones, over every move. */
export function placeOf({ placeOffset }: ConversationState, seq: number): number {
  return placeOffset + seq;
}
