import {
  type ConversationState,
  decodeDetail,
  decodePendingChange,
  encodeDetail,
  encodePendingChange,
  keptEpochs,
  logStart,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { ClientError } from "./error.js";
import { hex } from "./hex.js";

/** What a new conversation is called and how it stands. */
export interface NewConversation {
  readonly kind: "direct";
  readonly status: "active" | "request";
  readonly title: string;
}

/**
 * The states of conversations, between the store and the machine: loaded once, then kept; written in parts. The
 * writing methods are called within the transaction that their change belongs to, and `keep` after it has committed.
 */
export class StoredConversations {
  readonly #store: Store;
  readonly #kept = new Map<string, ConversationState>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws ClientError `unknown-conversation` */
  get(id: Uint8Array): ConversationState {
    const kept = this.#kept.get(hex(id));
    if (kept !== undefined) return kept;
    const loaded = this.#load(id);
    this.#kept.set(hex(id), loaded);
    return loaded;
  }

  /** Makes a stored state the current one. */
  keep(state: ConversationState): void {
    this.#kept.set(hex(state.id), state);
  }

  #load(id: Uint8Array): ConversationState {
    const stored = this.#store.conversations.get(id);
    if (stored === undefined) throw new ClientError("unknown-conversation");
    const { access, position } = decodeDetail(stored.detail);
    const group = this.#store.groups.load(id);
    const pending = this.#store.commits.pending(id);
    const newest = group?.epoch.context.epoch ?? 0n;
    const past = Array.from({ length: keptEpochs }, (_, i) => newest - BigInt(i + 1))
      .filter((epoch) => epoch >= 0n)
      .flatMap((epoch) => this.#store.groups.loadPast(id, epoch) ?? []);
    return {
      id,
      access,
      group,
      past,
      position,
      heads: new Map(this.#store.heads.list(id).map(({ seq, head }) => [seq, head])),
      pending: pending && decodePendingChange(pending),
    };
  }

  /** Stores a conversation that is new here. */
  insert(state: ConversationState, { kind, status, title }: NewConversation): void {
    this.#store.conversations.insert({
      id: state.id,
      kind,
      state: status,
      logId: state.access.logId,
      detail: encodeDetail(state),
      cursorSeq: state.position.seq,
      title,
    });
    if (state.group !== undefined) this.#store.groups.save(state.id, undefined, state.group);
    if (state.position.seq !== logStart.seq) this.#store.heads.add(state.id, state.position);
    this.#writePending(undefined, state);
  }

  /** Stores what changed between two states of one conversation. */
  update(before: ConversationState, after: ConversationState): void {
    const { id } = after;
    if (after.position.seq !== before.position.seq) {
      this.#store.conversations.setDetail(id, encodeDetail(after));
      this.#store.conversations.setCursor(id, after.position.seq);
      this.#store.heads.add(id, after.position);
    }
    this.#writeGroup(before, after);
    this.#writePending(before, after);
  }

  #writeGroup(before: ConversationState, after: ConversationState): void {
    const { groups } = this.#store;
    const [ended] = after.past;
    const isSameEpoch = before.group?.epoch.context.epoch === after.group?.epoch.context.epoch;
    if (before.group !== undefined && !isSameEpoch) {
      // Without a group after it we were removed, and nothing of it is kept.
      if (after.group === undefined || ended === undefined) groups.delete(after.id);
      else groups.endEpoch(after.id, ended, after.group);
      return;
    }
    if (after.group !== undefined && after.group !== before.group) groups.save(after.id, before.group, after.group);
    after.past.forEach((past, i) => {
      const old = before.past[i];
      if (old !== undefined && old !== past) groups.savePast(after.id, old, past);
    });
  }

  #writePending(before: ConversationState | undefined, after: ConversationState): void {
    if (after.pending === before?.pending) return;
    if (after.pending === undefined) this.#store.commits.deletePending(after.id);
    else this.#store.commits.setPending(after.id, encodePendingChange(after.pending));
  }
}
