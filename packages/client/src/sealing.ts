import { type ConversationContext, type ConversationState, rosterOf, sealContent } from "@redoubt/conversation";
import type { GroupEpoch } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { KeyVerdict, KeyVerdicts } from "./key-verdict.js";
import { outboxKind } from "./outbox.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface SealingPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly verdicts: KeyVerdicts;
  /** A message waits for another reason than before; that is stored. */
  readonly waits: (messageId: Uint8Array) => void;
  /** Nothing can be said before whoever leaves is put out. */
  readonly leaversFirst: (id: Uint8Array) => void;
}

/** Who is in an epoch: asked with every message, so it is kept as long as the epoch is. */
const accountsOfEpoch = new WeakMap<GroupEpoch, readonly Uint8Array[]>();

function accountsOf({ group }: ConversationState): readonly Uint8Array[] {
  if (group === undefined) return [];
  const known = accountsOfEpoch.get(group.epoch);
  if (known !== undefined) return known;
  const { accounts } = rosterOf(group.epoch.tree);
  accountsOfEpoch.set(group.epoch, accounts);
  return accounts;
}

/** Why nothing may be sent to a conversation: the first verdict on a member that is not `verified`. */
export function stoppingVerdict(verdicts: KeyVerdicts, state: ConversationState): KeyVerdict | undefined {
  for (const account of accountsOf(state)) {
    const verdict = verdicts.of(account);
    if (verdict !== "verified") return verdict;
  }
  return undefined;
}

/** What is told of a message that waits for a verdict: codes of the client's catalogue. */
const reasons = {
  pending: "key-pending",
  unverified: "key-unverified",
  fork: "key-changed",
  unavailable: "key-unavailable",
} as const satisfies Record<Exclude<KeyVerdict, "verified">, string>;

/**
 * Seals the messages that wait, in order: ratchet state, ciphertext and outbox row commit together (the first
 * transaction). While a commit of ours is under way, or we wait to be brought in anew, they wait for the epoch that
 * follows; while there is no verdict on a member's keys that lets us send, they wait for that.
 */
export function sealWaiting(ports: SealingPorts, id: Uint8Array): void {
  const { context, store, conversations, verdicts, waits, leaversFirst } = ports;
  for (const message of store.messages.unsealed(id)) {
    const before = conversations.get(id);
    if (before.pending !== undefined || before.group === undefined || store.rejoins.get(id) !== undefined) return;
    // Whoever leaves is put out before anything else is said (RFC 9420 §12.4).
    if (before.group.proposals.size > 0) {
      leaversFirst(id);
      return;
    }
    const verdict = stoppingVerdict(verdicts, before);
    if (verdict !== undefined && verdict !== "verified") {
      if (message.reason === reasons[verdict]) return;
      store.messages.setState(message.id, "pending", reasons[verdict]);
      waits(message.id);
      return;
    }
    const { state, entryId, bytes, consumed } = sealContent(context, before, message.content);
    store.transaction(() => {
      conversations.update(before, state);
      store.outbox.add({ conversation: id, entryId, bytes, messageId: message.id, kind: outboxKind.entry });
      if (message.reason !== undefined) store.messages.setState(message.id, "pending");
    });
    conversations.keep(state);
    consumed.wipe();
  }
}
