import { bytesKey } from "@redoubt/base";
import type { Rendered } from "@redoubt/conversation";
import type { Receipt, Store, StoredMessage } from "@redoubt/store";
import { attachmentInfos } from "../files/attachment-infos.js";
import { hex } from "../hex.js";
import type { MessageInfo } from "../sdk.js";
import { People } from "./people.js";
import { renderStored, shownTextOf } from "./stored-rendering.js";

/** Messages as the SDK shows them. */
export function messageInfos(store: Store, messages: readonly StoredMessage[]): readonly MessageInfo[] {
  const people = new People(store);
  const receipts = new Map<string, readonly Receipt[]>();
  const receiptsOf = (conversation: Uint8Array) => {
    const key = bytesKey(conversation);
    const known = receipts.get(key) ?? store.receipts.list(conversation);
    receipts.set(key, known);
    return known;
  };
  const rendered = renderStored(store, messages);
  return messages.map((message, i) => {
    return describe(message, rendered[i] as Rendered, people, receiptsOf);
  });
}

function describe(
  message: StoredMessage,
  { original, content, isEdited, isDeleted, reactions }: Rendered,
  people: People,
  receiptsOf: (conversation: Uint8Array) => readonly Receipt[],
): MessageInfo {
  const name = (account: Uint8Array) => people.nameOf(account) ?? "";
  const { text, mentions } = isDeleted ? { text: "", mentions: [] } : shownTextOf(content, people);
  const told = message.seq !== undefined && people.isOwn(message.senderAccount) ? receiptsOf(message.conversation) : [];
  const upTo = (place: "delivered" | "read") => {
    return told.filter((receipt) => receipt[place] >= (message.seq as number)).map(({ accountId }) => name(accountId));
  };
  return {
    message: hex(message.id),
    conversation: hex(message.conversation),
    from: name(message.senderAccount),
    text,
    at: message.at,
    replyTo: message.replyTo && hex(message.replyTo),
    attachments: isDeleted ? [] : attachmentInfos(message.content),
    state: message.state,
    reason: message.reason,
    reactions: reactions.map(({ emoji, account }) => ({ emoji, from: name(account) })),
    edited: isEdited && !isDeleted,
    deleted: isDeleted,
    unsupported: content.isUnsupported && !isDeleted,
    thread: message.thread && hex(message.thread),
    mentions: [...new Set(mentions.map(({ account }) => name(account)))],
    mentionsMe: mentions.some(({ account }) => people.isOwn(account)),
    silent: "isSilent" in original.content && original.content.isSilent === true,
    expiresAt: message.expiresAt,
    deliveredTo: upTo("delivered"),
    readBy: upTo("read"),
  };
}
