import { equalBytes } from "@redoubt/base";
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
  readonly kind: "direct" | "group";
  readonly status: "active" | "request";
  readonly title: string;
  /** The account that brought us in, if another did. */
  readonly invitedBy?: Uint8Array;
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
    const { access, position, placeOffset, begun, leaving, said } = decodeDetail(stored.detail);
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
      placeOffset,
      begun,
      heads: new Map(this.#store.heads.list(id).map(({ seq, head }) => [seq, head])),
      pending: pending && decodePendingChange(pending),
      leaving,
      said,
    };
  }

  /** Stores a conversation that is new here. */
  insert(state: ConversationState, { kind, status, title, invitedBy }: NewConversation): void {
    this.#store.conversations.insert({
      id: state.id,
      kind,
      state: status,
      logId: state.access.logId,
      detail: encodeDetail(state),
      cursorSeq: state.position.seq,
      title,
      invitedBy,
    });
    if (state.group !== undefined) this.#store.groups.save(state.id, undefined, state.group);
    if (state.position.seq !== logStart.seq) this.#store.heads.add(state.id, state.position);
    this.#writePending(undefined, state);
  }

  /** Stores what changed between two states of one conversation. */
  update(before: ConversationState, after: ConversationState): void {
    if (after.position !== before.position || after.access !== before.access) this.#writeDetail(before, after);
    this.#writeGroup(before, after);
    this.#writePending(before, after);
  }

  #writeDetail(before: ConversationState, after: ConversationState): void {
    const { id, access, position } = after;
    this.#store.conversations.setDetail(id, encodeDetail(after));
    if (position === before.position) return;
    const isMoved = !equalBytes(access.logId, before.access.logId);
    if (isMoved) {
      this.#store.conversations.setLog(id, access.logId);
      this.#store.heads.clear(id);
    }
    this.#store.conversations.setCursor(id, position.seq);
    if (position.seq !== logStart.seq) this.#store.heads.add(id, position);
  }

  /** Stores that we are back at an earlier entry of the log. */
  goBack(before: ConversationState, after: ConversationState): void {
    const { id, position } = after;
    this.#store.conversations.setDetail(id, encodeDetail(after));
    this.#store.conversations.setCursor(id, position.seq);
    this.#store.heads.deleteAfter(id, position.seq);
    this.#writeGroup(before, after);
  }

  /** Stores the state in which we were brought into a conversation anew: nothing of the old one counts any more. */
  replace(after: ConversationState): void {
    const { id, group, position } = after;
    const { groups, conversations, commits, heads } = this.#store;
    groups.delete(id);
    heads.clear(id);
    commits.deletePending(id);
    conversations.setDetail(id, encodeDetail(after));
    conversations.setLog(id, after.access.logId);
    conversations.setCursor(id, position.seq);
    if (group !== undefined) groups.save(id, undefined, group);
    if (position.seq !== logStart.seq) heads.add(id, position);
  }

  /** The same for one that we were no member of any more: it is an invitation as another is. */
  enterAgain(after: ConversationState, { status, title, invitedBy }: NewConversation): void {
    const { conversations } = this.#store;
    this.replace(after);
    conversations.setState(after.id, status);
    conversations.setTitle(after.id, title);
    conversations.setInvitedBy(after.id, invitedBy);
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
