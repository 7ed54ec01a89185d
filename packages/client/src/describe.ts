import type { Overview, Store, StoredConversation, StoredMessage } from "@redoubt/store";
import { ClientError } from "./error.js";
import { hex } from "./hex.js";
import { messageInfos } from "./messages/message-infos.js";
import { People } from "./messages/people.js";
import { shownTexts } from "./messages/stored-rendering.js";
import type { ContactInfo, ConversationInfo, MessageInfo, RequestInfo } from "./sdk.js";

/** What the store holds, as the SDK shows it. */
export class Descriptions {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** The user name of an account; empty for one that is not known. */
  username(account: Uint8Array): string {
    return new People(this.#store).nameOf(account) ?? "";
  }

  message(message: StoredMessage): MessageInfo {
    return messageInfos(this.#store, [message])[0] as MessageInfo;
  }

  /**
   * What is shown of messages in the log's order, those without a place last.
   *
   * @param page `limit`: the newest so many; `before`: only what stands before this place of the log
   */
  messages(
    conversation: Uint8Array,
    page: { readonly limit: number; readonly before?: number },
  ): readonly MessageInfo[] {
    const { messages } = this.#store;
    const waiting = page.before === undefined ? messages.unplaced(conversation).filter(isShown) : [];
    const placed = messages.page(conversation, page);
    return messageInfos(this.#store, [...placed, ...waiting].slice(-page.limit));
  }

  found(messages: readonly StoredMessage[]): readonly MessageInfo[] {
    return messageInfos(this.#store, messages);
  }

  conversation(id: Uint8Array): ConversationInfo {
    const overview = this.#store.overviews.get(id);
    if (overview === undefined) throw new ClientError("unknown-conversation");
    return this.#describe([overview])[0] as ConversationInfo;
  }

  /** @param page of the pinned and the newest; without it all of them, in the order in which they came */
  conversations(page?: { readonly limit: number; readonly after?: Uint8Array }): readonly ConversationInfo[] {
    const overviews = page === undefined ? this.#store.overviews.list() : this.#store.overviews.page(page);
    if (overviews === undefined) throw new ClientError("unknown-conversation");
    return this.#describe(overviews);
  }

  #describe(overviews: readonly Overview[]): readonly ConversationInfo[] {
    const newest = overviews.flatMap(({ last }) => last ?? []);
    const texts = shownTexts(this.#store, newest);
    let at = 0;
    return overviews.map(({ id, kind, title, unread, mentions, last, state, settings }) => {
      const { mutedUntil, pinnedAt, draft } = settings;
      return {
        conversation: hex(id),
        kind,
        title,
        unread,
        last: last && { text: texts[at++] ?? "", at: last.at },
        state,
        muted: mutedUntil !== undefined && mutedUntil > this.#now() ? mutedUntil : undefined,
        pinned: pinnedAt !== undefined,
        draft,
        mentions,
      };
    });
  }

  request({ id, title, invitedBy }: StoredConversation): RequestInfo {
    return { conversation: hex(id), from: invitedBy === undefined ? title : this.username(invitedBy), title };
  }

  contacts(): readonly ContactInfo[] {
    const profiles = this.#store.profiles.names();
    const byAccount = new Map(profiles.map(({ accountId, ...profile }) => [hex(accountId), profile]));
    return this.#store.contacts.list().map(({ username, accountId, state, isConfirmed }) => {
      const account = hex(accountId);
      const { name = "", hasPicture = false } = byAccount.get(account) ?? {};
      return { username, account, state, isConfirmed, name, hasPicture };
    });
  }
}

function isShown({ kind, fate }: StoredMessage): boolean {
  return kind === "shown" && (fate === "kept" || fate === "deleted");
}
