import { decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import type { Store, StoredConversation, StoredMessage } from "@redoubt/store";
import { hex } from "./hex.js";
import { textOfContent } from "./message-content.js";
import type { ConversationInfo, MessageInfo, RequestInfo } from "./sdk.js";

const newestFew = 1_000;

/** What the store holds, as the SDK shows it. */
export class Descriptions {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The user name of an account; empty for one that is not known. */
  username(account: Uint8Array): string {
    const own = this.#store.account.get();
    if (own !== undefined && equalBytes(own.accountId, account)) return own.username;
    return this.#store.contacts.get(account)?.username ?? "";
  }

  message(message: StoredMessage): MessageInfo {
    return {
      message: hex(message.id),
      conversation: hex(message.conversation),
      from: this.username(message.senderAccount),
      text: textOfContent(message.content),
      at: message.at,
      replyTo: message.replyTo && hex(message.replyTo),
      state: message.state,
      reason: message.reason,
    };
  }

  /** Messages in the log's order, those without a place last; the newest `limit`. */
  messages(conversation: Uint8Array, limit: number): readonly MessageInfo[] {
    const waiting = this.#store.messages.unplaced(conversation);
    const placed = this.#store.messages.page(conversation, { limit });
    return [...placed, ...waiting].slice(-limit).map((message) => this.message(message));
  }

  conversation(conversation: StoredConversation): ConversationInfo {
    const { id, kind, state, title } = conversation;
    const last = this.messages(id, 1)[0];
    return {
      conversation: hex(id),
      kind,
      title,
      unread: this.#unread(id),
      last: last && { text: last.text, at: last.at },
      state,
    };
  }

  request({ id, title }: StoredConversation): RequestInfo {
    return { conversation: hex(id), from: title, title };
  }

  #unread(id: Uint8Array): number {
    const unread = this.#store.messages.after(id, this.#readUpTo(id), newestFew);
    return unread.filter(({ state }) => state === "received").length;
  }

  #readUpTo(id: Uint8Array): number {
    const stored = this.#store.meta.get(readKey(id));
    const value = stored && decodeCbor(stored);
    return typeof value === "number" ? value : 0;
  }

  /** Counts everything that is in the log now as read. */
  markRead(id: Uint8Array): void {
    const [last] = this.#store.messages.page(id, { limit: 1 });
    if (last?.seq !== undefined) this.#store.meta.set(readKey(id), encodeCbor(last.seq));
  }
}

function readKey(id: Uint8Array): string {
  return `read/${hex(id)}`;
}
