import { CodedError, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  commitChange,
  decodeIntent,
  encodeIntent,
  type Intent,
  type Outgoing,
  planChange,
  sealLeaving,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { ClientError } from "./error.js";
import type { KeyVerdicts } from "./key-verdict.js";
import { outboxKind } from "./outbox.js";
import { stoppingVerdict } from "./sealing.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface ChangePorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly verdicts: KeyVerdicts;
  readonly now: () => number;
  /** Something is in the conversation's queue. */
  readonly queued: (id: Uint8Array) => void;
  /** An intent is no more: it is so, or cannot be. */
  readonly settled: (id: Uint8Array) => void;
}

/** What shrinks a group may be done whatever is known of its members' keys. */
const alwaysAllowed: ReadonlySet<Intent["kind"]> = new Set(["remove", "tidy", "revoke", "leave"]);

/**
 * Makes intents true, one after the other in each conversation. An intent is stored before anything is done for it, and
 * forgotten when it is so; a commit for it is planned on the state of the moment, so that another's commit that came
 * first only means to plan again (the fourth transaction).
 */
export class Changes {
  readonly #ports: ChangePorts;
  /** Why intents failed, for those who wait for them. */
  readonly #failures = new Map<number, CodedError>();

  constructor(ports: ChangePorts) {
    this.#ports = ports;
  }

  /** Stores an intent. Call `run` once the transaction that it belongs to has committed. @returns its position */
  add(id: Uint8Array, intent: Intent): number {
    return this.#ports.store.commits.addIntent(id, encodeIntent(intent));
  }

  /** Whether an intent has come true. @throws CodedError why it cannot */
  isSettled(position: number): boolean {
    const failure = this.#failures.get(position);
    this.#failures.delete(position);
    if (failure !== undefined) throw failure;
    return !this.#ports.store.commits.hasIntent(position);
  }

  /** Does what can be done now for a conversation's intents. */
  run(id: Uint8Array): void {
    const { store, conversations } = this.#ports;
    for (const { position, value } of store.commits.intents(id)) {
      const state = conversations.get(id);
      if (state.pending !== undefined || store.rejoins.get(id) !== undefined) return;
      try {
        const intent = decodeIntent(value);
        if (this.#begin(state, intent)) return;
        store.commits.deleteIntent(position);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code === "disk-full") throw error;
        store.commits.deleteIntent(position);
        this.#failures.set(position, error);
      }
      this.#ports.settled(id);
    }
  }

  /** @returns whether it is under way; if not, nothing is left to be done */
  #begin(state: ConversationState, intent: Intent): boolean {
    const { context, verdicts, now } = this.#ports;
    if (intent.kind === "leave") return this.#leave(state);
    const change = planChange(context, state, intent, BigInt(Math.floor(now() / 1000)));
    if (change === undefined) return false;
    if (!alwaysAllowed.has(intent.kind) && stoppingVerdict(verdicts, state) !== undefined) {
      throw new ClientError("key-changed");
    }
    this.#queue(state, commitChange(context, state, change), outboxKind.commit);
    return true;
  }

  /** Says that we leave, unless that is said and counts; it is over when we are out. */
  #leave(state: ConversationState): boolean {
    const { context, store } = this.#ports;
    const { group } = state;
    if (group === undefined) return false;
    const ownKey = group.epoch.tree.leaf(group.epoch.ownLeaf)?.signatureKey;
    const isSaid = ownKey !== undefined && state.leaving.some((key) => equalBytes(key, ownKey));
    const isOnItsWay = store.outbox.list(state.id).some(({ kind }) => kind === outboxKind.leaving);
    if (!isSaid && !isOnItsWay) this.#queue(state, sealLeaving(context, state), outboxKind.leaving);
    return true;
  }

  #queue(before: ConversationState, outgoing: Outgoing, kind: string): void {
    const { store, conversations, queued } = this.#ports;
    const { state, entryId, bytes, rotateTo, consumed } = outgoing;
    store.transaction(() => {
      conversations.update(before, state);
      store.outbox.add({ conversation: state.id, entryId, bytes, messageId: undefined, kind, rotateTo });
    });
    conversations.keep(state);
    consumed.wipe();
    queued(state.id);
  }
}
