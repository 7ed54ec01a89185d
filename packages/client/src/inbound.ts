import {
  type ConversationContext,
  ConversationError,
  type ConversationState,
  type LogEntry,
  readChain,
  type Taken,
  takeEntry,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Contacts } from "./contacts.js";
import { encodeWelcomeErrand, welcomeErrand } from "./errands.js";
import { describeContent, newMessage } from "./message-content.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What taking in one entry led to, for listeners: it is stored already. */
export interface Inbound {
  readonly taken: Taken;
  /** The message that came in, or that was placed in the log. */
  readonly messageId: Uint8Array | undefined;
  readonly alarms: readonly { readonly kind: string; readonly seq: number }[];
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
 * @throws ConversationError `gap`; StoreError. Nothing has changed then.
 */
export function takeInEntry(ports: InboundPorts, id: Uint8Array, entry: LogEntry): Inbound {
  const { context, store, conversations } = ports;
  const before = conversations.get(id);
  const own = store.outbox.byEntryId(entry.entryId);
  const { state, taken, alarms, consumed } = takeEntry(context, before, entry, own);
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
        for (const welcome of taken.welcomes) store.errands.add(welcomeErrand, encodeWelcomeErrand(welcome));
        learnMembers(ports, state);
        if (taken.removesUs) store.conversations.setState(id, "removed");
        return undefined;
      default:
        return undefined;
    }
  });
  conversations.keep(state);
  consumed.wipe();
  return { taken, messageId, alarms: alarms.map(({ kind, seq }) => ({ kind, seq })) };
}

function insertMessage(
  { context, store, now }: InboundPorts,
  state: ConversationState,
  entry: LogEntry,
  { from, epoch, content }: Extract<Taken, { kind: "message" }>,
): Uint8Array | undefined {
  const described = describe(context, state.id, from.accountId, content);
  if (described === undefined) return undefined;
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

/** Takes in the chains of all members: their leaves carry them, judged. */
export function learnMembers({ contacts }: Pick<InboundPorts, "contacts">, { group }: ConversationState): void {
  for (const [, leaf] of group?.epoch.tree.members() ?? []) contacts.learn(readChain(leaf.extensions), "unknown");
}
