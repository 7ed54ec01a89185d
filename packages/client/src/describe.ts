import { equalBytes } from "@redoubt/base";
import type { Overview, Store, StoredConversation, StoredMessage } from "@redoubt/store";
import { ClientError } from "./error.js";
import { hex } from "./hex.js";
import { textOfContent } from "./message-content.js";
import type { ConversationInfo, MessageInfo, RequestInfo } from "./sdk.js";

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

  conversation(id: Uint8Array): ConversationInfo {
    const overview = this.#store.overviews.get(id);
    if (overview === undefined) throw new ClientError("unknown-conversation");
    return this.#describe(overview);
  }

  conversations(): readonly ConversationInfo[] {
    return this.#store.overviews.list().map((overview) => this.#describe(overview));
  }

  #describe({ id, kind, title, unread, last, state }: Overview): ConversationInfo {
    return {
      conversation: hex(id),
      kind,
      title,
      unread,
      last: last && { text: textOfContent(last.content), at: last.at },
      state,
    };
  }

  request({ id, title, invitedBy }: StoredConversation): RequestInfo {
    return { conversation: hex(id), from: invitedBy === undefined ? title : this.username(invitedBy), title };
  }

  /** Counts everything that is in the log now as read. */
  markRead(id: Uint8Array): void {
    const [last] = this.#store.messages.page(id, { limit: 1 });
    if (last?.seq !== undefined) this.#store.settings.set(id, { readUpTo: last.seq });
  }
}
