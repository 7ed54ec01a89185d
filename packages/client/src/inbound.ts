import { equalBytes } from "@redoubt/base";
import {
  type ConversationState,
  type LogEntry,
  placeOf,
  readChain,
  type Taken,
  type TakenCommit,
  takeEntry,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Contacts } from "./contacts.js";
import { addErrand, welcomeErrand } from "./errands.js";
import { noteFormerRelay } from "./former-relays.js";
import type { MessagePorts } from "./messages/message-ports.js";
import { type MessageEffect, placeOwnMessage, takeMessage } from "./messages/take-message.js";
import { retellProfile, retellUnsent } from "./messages/tellings.js";
import { failWaiting, takeOwnRefusal } from "./own-refusals.js";
import { followOwners } from "./owner-keys.js";

const noEffect: MessageEffect = { kind: "none" };

/** What taking in one entry led to, for listeners: it is stored already. */
export interface Inbound {
  readonly taken: Taken;
  readonly effect: MessageEffect;
  readonly alarms: readonly { readonly kind: string; readonly seq: number }[];
  /** Whether the conversation goes on in another log. */
  readonly isMoved: boolean;
}

/** What inbound work uses. */
export interface InboundPorts extends MessagePorts {
  readonly contacts: Contacts;
}

/**
 * Takes in the next entry of a log: new MLS state, message and cursor commit together (the third transaction).
 *
 * @throws ConversationError `gap`, `unsupported-policy`; StoreError. Nothing has changed then.
 */
export function takeInEntry(ports: InboundPorts, id: Uint8Array, entry: LogEntry): Inbound {
  const { context, store, conversations } = ports;
  const before = conversations.get(id);
  const own = store.outbox.byEntryId(entry.entryId);
  const { state, taken, alarms, consumed } = takeEntry(context, before, entry, own);
  const isMoved = !equalBytes(before.access.logId, state.access.logId);
  const effect = store.transaction((): MessageEffect => {
    conversations.update(before, state);
    if (own !== undefined) store.outbox.delete(own.position);
    switch (taken.kind) {
      case "own-message":
        return own?.messageId === undefined
          ? noEffect
          : placeOwnMessage(ports, own.messageId, placeOf(before, entry.seq));
      case "message":
        return takeMessage(ports, state, entry, taken);
      case "commit":
        return takeCommit(ports, before, state, taken, isMoved);
      case "ignored":
        return own?.messageId === undefined ? noEffect : takeOwnRefusal(store, own.messageId, taken.reason);
      default:
        return noEffect;
    }
  });
  conversations.keep(state);
  consumed.wipe();
  return { taken, effect, alarms: alarms.map(({ kind, seq }) => ({ kind, seq })), isMoved };
}

/** What a commit that took effect means besides the group's new state. */
function takeCommit(
  ports: InboundPorts,
  before: ConversationState,
  after: ConversationState,
  taken: TakenCommit,
  isMoved: boolean,
): MessageEffect {
  const { store } = ports;
  const { id } = after;
  if (taken.tree !== undefined) {
    const { place, bytes } = taken.tree;
    addErrand(store, { kind: "tree", conversation: id, blobId: place.blobId, key: place.key, bytes });
  }
  for (const welcome of taken.welcomes) addErrand(store, welcomeErrand(welcome));
  learnMembers(ports, after, taken.newLeaves);
  if (taken.lost !== undefined) {
    const lost = store.outbox.byEntryId(taken.lost.entryId);
    if (lost !== undefined) store.outbox.delete(lost.position);
  }
  const rules = taken.policy?.after;
  if (rules?.kind === "group") store.conversations.setTitle(id, rules.title);
  if (taken.removesUs && !taken.replacesUs) {
    if (store.conversations.get(id)?.state !== "left") store.conversations.setState(id, "removed");
    unsealAll(store, id);
    failWaiting(store, id);
  }
  if (isMoved) {
    // Whatever has not come back in the old log never will: it is sealed anew for the new one.
    retellUnsent(store, id);
    unsealAll(store, id);
    noteFormerRelay(store, id, before.access.relay);
    if (taken.isOwn) addErrand(store, { kind: "create-log", conversation: id });
  }
  followOwners(ports, before, after, taken);
  const hasNewcomers = taken.added.some(({ deviceId }) => {
    return !taken.removed.some((member) => equalBytes(member.deviceId, deviceId));
  });
  if (hasNewcomers) retellProfile(store, after);
  return hasNewcomers || isMoved ? { kind: "due" } : noEffect;
}

/** Takes back what was sealed and has no place in the log: its messages wait to be sealed anew. */
export function unsealAll(store: Store, id: Uint8Array): void {
  for (const { messageId } of store.outbox.list(id)) {
    if (messageId !== undefined) store.messages.setState(messageId, "pending");
  }
  store.outbox.clear(id);
}

/**
 * Takes in the chains of members: their leaves carry them, judged. What contradicts what was seen before stops sending.
 *
 * @param leaves which ones; all without it
 */
export function learnMembers(
  { contacts }: Pick<InboundPorts, "contacts">,
  { group }: ConversationState,
  leaves?: readonly number[],
): void {
  for (const [leafIndex, leaf] of group?.epoch.tree.members() ?? []) {
    if (leaves === undefined || leaves.includes(leafIndex)) contacts.learn(readChain(leaf.extensions), "unknown");
  }
}
