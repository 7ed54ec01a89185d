import { equalBytes, utf8 } from "@redoubt/base";
import {
  ConversationError,
  decodeMimiContent,
  deletionMessage,
  encodeMimiContent,
  type MimiContent,
  markMentions,
  maxContentLength,
  maxTextLength,
  type Rendered,
  reactionMessage,
  replaceText,
  silentExtension,
  silentValue,
  type TextOptions,
  withdrawalMessage,
  writtenMessage,
} from "@redoubt/conversation";
import type { StoredConversation, StoredMessage } from "@redoubt/store";
import { ClientError } from "../error.js";
import type { FileSource } from "../files/file-ports.js";
import { planFiles, uploadsOf, withAttachments } from "../files/planned-files.js";
import { fromHex } from "../hex.js";
import { contentId, newMessage } from "../message-content.js";
import { eraseMessage, indexMessage } from "./message-index.js";
import type { MessagePorts } from "./message-ports.js";
import { memberFinder } from "./people.js";
import { rulesOf } from "./rules.js";
import { renderOne } from "./stored-rendering.js";
import { findRoot, hasEffect } from "./take-message.js";

/** Who sends: an account, by one of its devices. */
export interface Sender {
  readonly accountId: Uint8Array;
  readonly deviceId: Uint8Array;
}

/** What a text may be sent with. Ids are in hexadecimal. */
export interface SendTextOptions {
  readonly replyTo?: string;
  /** A thread, or a message that is in one or begins one. */
  readonly thread?: string;
  readonly silent?: boolean;
  /** Seconds from reading after which it is gone; by the conversation's rules without it. */
  readonly expires?: number;
  readonly attachments?: readonly FileSource[];
}

/** Messages of our own, as they are stored for sending: whatever throws has stored nothing. */
export class MessageWriter {
  readonly #ports: MessagePorts;
  readonly #sender: Sender;

  constructor(ports: MessagePorts, sender: Sender) {
    this.#ports = ports;
    this.#sender = sender;
  }

  /**
   * With its files, if there are some, as uploads that it waits for.
   *
   * @returns the message's id
   * @throws ConversationError `too-long`; ClientError `unknown-message`, `file-too-large`
   */
  text(conversation: StoredConversation, text: string, options: SendTextOptions): Uint8Array {
    const { store } = this.#ports;
    const { id } = conversation;
    const replied = options.replyTo === undefined ? undefined : this.find(id, options.replyTo);
    const thread = options.thread === undefined ? undefined : this.#thread(id, options.thread);
    const seconds = options.expires ?? rulesOf(this.#ports, conversation).disappearing;
    const files = options.attachments ?? [];
    const attachments = planFiles(this.#ports.context.random, this.#ports.conversations.get(id).access.relay, files);
    const written = this.#written(id, text, {
      replyTo: replied && renderOne(store, replied).version,
      topicId: thread,
      expires: seconds > 0 ? { relative: true, time: seconds } : undefined,
      extensions: options.silent ? new Map([[silentExtension, silentValue]]) : undefined,
    });
    return store.transaction(() => {
      const message = this.#insert(id, withAttachments(written, attachments), {
        replyTo: replied?.id,
        thread,
        expiresAfter: seconds > 0 ? seconds : undefined,
      });
      for (const upload of uploadsOf(message, attachments, files)) store.uploads.add(upload);
      indexMessage(store, message);
      if (store.settings.get(id).draft !== undefined) store.settings.set(id, { draft: undefined });
      return message.id;
    });
  }

  /** Replaces the text of a message of ours. @returns the edit's id @throws `not-allowed`, `too-long` */
  edit(root: StoredMessage, text: string): Uint8Array {
    const { store } = this.#ports;
    const { version, content } = renderOne(store, root);
    const original = decodeShown(root);
    const written = this.#written(root.conversation, text, {
      replyTo: original.inReplyTo,
      topicId: original.topicId,
      expires: content.expires ?? original.expires,
      replaces: version,
    });
    const shown = equalBytes(version, root.id) ? root : store.messages.get(version);
    const body = replaceText(decodeShown(shown ?? root).body, written.body);
    return this.#annotate(root, { ...written, body });
  }

  /**
   * Reacts to a message, in the place of an earlier reaction of ours.
   *
   * @returns the reaction's id; of one that is there already, its own
   * @throws `bad-reaction`, `not-allowed`
   */
  react(root: StoredMessage, emoji: string): Uint8Array {
    const { context } = this.#ports;
    const { version, own } = this.#reactions(root);
    const same = own.find((reaction) => reaction.emoji === emoji);
    if (same !== undefined) return same.id;
    return this.#annotate(root, reactionMessage(context.random, version, emoji, own.at(-1)?.id));
  }

  /** Takes a reaction of ours back. @throws `unknown-message` when there is none */
  withdraw(root: StoredMessage, emoji: string): Uint8Array {
    const { version, own } = this.#reactions(root);
    const reaction = own.find((each) => each.emoji === emoji);
    if (reaction === undefined) throw new ClientError("unknown-message", "no such reaction of yours");
    return this.#annotate(root, withdrawalMessage(this.#ports.context.random, reaction.id, version));
  }

  /** Deletes a message for everybody. @throws `not-allowed` */
  delete(root: StoredMessage): Uint8Array {
    return this.#annotate(root, deletionMessage(this.#ports.context.random, root.id));
  }

  /** Shows a message here no more. One of ours that was not sealed yet is not sent at all. */
  deleteForMe({ id, conversation, seq, state }: StoredMessage): void {
    const { store } = this.#ports;
    store.transaction(() => {
      const isWaiting = seq === undefined && state !== "failed";
      const isSealed = store.outbox.list(conversation).some(({ messageId }) => messageId && equalBytes(messageId, id));
      if (isWaiting && state === "pending" && !isSealed) store.messages.delete(id);
      else if (isWaiting) store.messages.hideWaiting(id);
      else eraseMessage(store, id, "hidden");
    });
  }

  /** @throws ClientError `unknown-message` for what is not there, or not shown */
  find(conversation: Uint8Array, message: string): StoredMessage {
    const id = fromHex(message);
    const root = id && findRoot(this.#ports, conversation, id);
    if (root === undefined || root.fate === "hidden" || root.fate === "expired") {
      throw new ClientError("unknown-message");
    }
    return root;
  }

  #thread(conversation: Uint8Array, thread: string): Uint8Array {
    const id = fromHex(thread);
    if (id === undefined || id.length > 64) throw new ClientError("unknown-message", "the thread");
    return findRoot(this.#ports, conversation, id)?.thread ?? id;
  }

  #written(id: Uint8Array, text: string, options: TextOptions): MimiContent {
    const { context, store, conversations } = this.#ports;
    if (utf8(text).length > maxTextLength) throw new ConversationError("too-long");
    const written = markMentions(text, memberFinder(store, conversations, id));
    return writtenMessage(context.random, written, options);
  }

  #reactions(root: StoredMessage): { readonly version: Uint8Array; readonly own: Rendered["reactions"] } {
    const { reactions, version } = renderOne(this.#ports.store, root);
    return { version, own: reactions.filter(({ account }) => equalBytes(account, this.#sender.accountId)) };
  }

  /** Stores what is said about a message, if the rules give it an effect. */
  #annotate(root: StoredMessage, content: MimiContent): Uint8Array {
    const { store } = this.#ports;
    if (root.state === "failed") throw new ClientError("not-allowed", "the message was never sent");
    return store.transaction(() => {
      const annotation = this.#insert(root.conversation, content, { kind: "annotation", target: root.id });
      if (!hasEffect(this.#ports, root, annotation, true)) throw new ClientError("not-allowed");
      indexMessage(store, root);
      return annotation.id;
    });
  }

  /** @throws ConversationError `too-long` for what would never be sealed */
  #insert(conversation: Uint8Array, content: MimiContent, given: Partial<StoredMessage>): StoredMessage {
    const { store, context, conversations, now } = this.#ports;
    const { accountId, deviceId } = this.#sender;
    const bytes = encodeMimiContent(content);
    if (bytes.length > maxContentLength) throw new ConversationError("too-long");
    const message: StoredMessage = {
      id: contentId(context.provider, conversation, accountId, bytes),
      conversation,
      seq: undefined,
      epoch: conversations.get(conversation).group?.epoch.context.epoch ?? 0n,
      senderAccount: accountId,
      senderDevice: deviceId,
      at: now(),
      content: bytes,
      state: "pending",
      replyTo: undefined,
      reason: undefined,
      ...newMessage,
      ...given,
    };
    store.messages.insert(message);
    return message;
  }
}

function decodeShown({ content }: StoredMessage): MimiContent {
  if (content.length === 0) throw new ClientError("not-allowed", "the message is deleted");
  return decodeMimiContent(content);
}
