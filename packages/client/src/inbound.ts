import { equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  ConversationError,
  type ConversationState,
  type LogEntry,
  readChain,
  type Taken,
  type TakenCommit,
  takeEntry,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Contacts } from "./contacts.js";
import { addErrand, welcomeErrand } from "./errands.js";
import { describeContent, newMessage } from "./message-content.js";
import { followOwners } from "./owner-keys.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What taking in one entry led to, for listeners: it is stored already. */
export interface Inbound {
  readonly taken: Taken;
  /** The message that came in, or that was placed in the log. */
  readonly messageId: Uint8Array | undefined;
  readonly alarms: readonly { readonly kind: string; readonly seq: number }[];
  /** Whether the conversation goes on in another log. */
  readonly isMoved: boolean;
}

/** What inbound work uses. */
export interface InboundPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly now: () => number;
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
  const messageId = store.transaction(() => {
    conversations.update(before, state);
    if (own !== undefined) store.outbox.delete(own.position);
    switch (taken.kind) {
      case "own-message":
        if (own?.messageId !== undefined) store.messages.place(own.messageId, entry.seq);
        return own?.messageId;
      case "message":
        return insertMessage(ports, state, entry, taken);
      case "commit":
        takeCommit(ports, before, state, taken, isMoved);
        return undefined;
      default:
        return undefined;
    }
  });
  conversations.keep(state);
  consumed.wipe();
  return { taken, messageId, alarms: alarms.map(({ kind, seq }) => ({ kind, seq })), isMoved };
}

/** What a commit that took effect means besides the group's new state. */
function takeCommit(
  ports: InboundPorts,
  before: ConversationState,
  after: ConversationState,
  taken: TakenCommit,
  isMoved: boolean,
): void {
  const { store } = ports;
  const { id } = after;
  for (const welcome of taken.welcomes) addErrand(store, welcomeErrand(welcome));
  learnMembers(ports, after, taken.newLeaves);
  if (taken.lost !== undefined) {
    const lost = store.outbox.byEntryId(taken.lost.entryId);
    if (lost !== undefined) store.outbox.delete(lost.position);
  }
  const rules = taken.policy?.after;
  if (rules?.kind === "group") store.conversations.setTitle(id, rules.title);
  if (taken.removesUs && !taken.replacesUs && store.conversations.get(id)?.state !== "left") {
    store.conversations.setState(id, "removed");
  }
  if (isMoved) {
    // Whatever has not come back in the old log never will: it is sealed anew for the new one.
    unsealAll(store, id);
    if (taken.isOwn) addErrand(store, { kind: "create-log", conversation: id });
  }
  followOwners(ports, before, after, taken);
}

/** Takes back what was sealed and has no place in the log: its messages wait to be sealed anew. */
export function unsealAll(store: Store, id: Uint8Array): void {
  for (const { messageId } of store.outbox.list(id)) {
    if (messageId !== undefined) store.messages.setState(messageId, "pending");
  }
  store.outbox.clear(id);
}

function insertMessage(
  { context, store, now }: InboundPorts,
  state: ConversationState,
  entry: LogEntry,
  { from, epoch, content }: Extract<Taken, { kind: "message" }>,
): Uint8Array | undefined {
  const described = describe(context, state.id, from.accountId, content);
  if (described === undefined || store.conversations.get(state.id)?.state === "left") return undefined;
  // A message that came twice is shown once.
  if (store.messages.get(described.id) !== undefined) return undefined;
  store.messages.insert({
    id: described.id,
    conversation: state.id,
    seq: entry.seq,
    epoch,
    senderAccount: from.accountId,
    senderDevice: from.deviceId,
    at: now(),
    content,
    state: "received",
    replyTo: described.replyTo,
    reason: undefined,
    ...newMessage,
  });
  return described.id;
}

/** A member may send what is no content: nothing of it can be shown. */
function describe(context: ConversationContext, id: Uint8Array, sender: Uint8Array, content: Uint8Array) {
  try {
    return describeContent(context.provider, id, sender, content);
  } catch (error) {
    if (error instanceof ConversationError) return undefined;
    throw error;
  }
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
