import { utf8 } from "@redoubt/base";
import { ConversationError, displayName, maxTextLength, profileMessage } from "@redoubt/conversation";
import type { ConversationSettings, StoredConversation, StoredMessage } from "@redoubt/store";
import type { Schedule } from "@redoubt/transport";
import type { Descriptions } from "../describe.js";
import type { Engine } from "../engine.js";
import { ClientError, failureOf } from "../error.js";
import type { ClientFiles } from "../files/client-files.js";
import { fromHex, hex } from "../hex.js";
import type { OwnDevice } from "../own-device.js";
import type { Progress } from "../progress.js";
import type * as sdk from "../sdk.js";
import { Expiry } from "./expiry.js";
import { People } from "./people.js";
import { readPrivacy, writePrivacy } from "./privacy.js";
import { rulesOf } from "./rules.js";
import type { SignalPorts } from "./signals.js";
import type { MessageEffect } from "./take-message.js";
import { profileVersion, setProfileVersion, Tellings } from "./tellings.js";
import { TypingSignals } from "./typing.js";
import { MessageWriter } from "./write-message.js";

export interface MessagesPorts extends SignalPorts {
  readonly own: OwnDevice;
  readonly engine: Engine;
  readonly descriptions: Descriptions;
  readonly progress: Progress;
  readonly files: ClientFiles;
  readonly schedule: Schedule;
  readonly tell: (event: sdk.ClientEvent) => void;
}

/** Own messages that are told anew when somebody has read up to a place. */
const newestTold = 50;
/** Characters of a message's id that name it at least. */
const leastBeginning = 4;

/** All that is done with messages by an account that is registered. */
export class Messages {
  readonly #ports: MessagesPorts;
  readonly #writer: MessageWriter;
  readonly #tellings: Tellings;
  readonly #typing: TypingSignals;
  readonly #expiry: Expiry;

  constructor(ports: MessagesPorts) {
    const { own, engine, tell } = ports;
    this.#ports = ports;
    this.#writer = new MessageWriter(ports, { accountId: own.account.accountId, deviceId: own.device.deviceId });
    this.#tellings = new Tellings(ports, (conversation) => engine.send(conversation));
    this.#typing = new TypingSignals(ports);
    this.#expiry = new Expiry(ports, (conversation, message) => {
      tell({ kind: "message-gone", conversation: hex(conversation), message: hex(message) });
    });
    this.#expiry.sweep();
  }

  close(): void {
    this.#expiry.stop();
  }

  /** Erases what has expired by now. */
  sweep(): void {
    this.#expiry.sweep();
  }

  /** Sends what is to be told by itself, when there is nothing left to take in. */
  flush(): void {
    this.#tellings.flush(() => this.#ports.engine.isCaughtUp);
  }

  /** A conversation was accepted, or there is a new one. */
  opened(conversation: Uint8Array): void {
    this.#tellings.note(conversation);
  }

  /** Tells listeners what an entry of the log led to. */
  taken(conversation: Uint8Array, effect: MessageEffect): void {
    const { store, descriptions, tell, engine } = this.#ports;
    switch (effect.kind) {
      case "shown":
        this.#tellings.note(conversation);
        this.#expiry.plan();
        this.#tellMessage(effect.id, "message");
        break;
      case "changed":
        this.#expiry.plan();
        this.tellState(effect.id);
        break;
      case "due":
        this.#tellings.note(conversation);
        break;
      case "receipt":
        for (const message of this.#coveredBy(conversation, effect)) {
          tell({ kind: "message-state", message: descriptions.message(message) });
        }
        break;
      case "typing": {
        // What is read later says nothing about now.
        const from = engine.isCaughtUp ? new People(store).nameOf(effect.account) : undefined;
        if (from === undefined) break;
        tell({ kind: "typing", conversation: hex(conversation), from, isTyping: effect.isTyping });
        break;
      }
      case "profile": {
        const from = new People(store).nameOf(effect.account);
        const profile = store.profiles.get(effect.account);
        if (from === undefined || profile === undefined) break;
        tell({ kind: "profile", from, name: profile.name, hasPicture: profile.picture !== undefined });
      }
    }
  }

  /** Tells how a message stands; of an annotation, the message that it is about. */
  tellState(id: Uint8Array): void {
    const stored = this.#ports.store.messages.get(id);
    this.#tellMessage(stored?.target ?? id, "message-state");
  }

  async send(conversation: StoredConversation, text: string, options: sdk.SendOptions & { readonly wait: number }) {
    this.#demandWritable(conversation);
    const { files } = this.#ports;
    const id = this.#writer.text(conversation, text, options);
    const endWatch = files.begin(id, options.attachments ?? [], options);
    try {
      return await this.#settle(conversation.id, id, id, options.wait);
    } finally {
      endWatch();
    }
  }

  async react(conversation: StoredConversation, message: string, emoji: string, withdraw: boolean, wait: number) {
    this.#demandWritable(conversation);
    const root = this.#writer.find(conversation.id, message);
    const id = withdraw ? this.#writer.withdraw(root, emoji) : this.#writer.react(root, emoji);
    return this.#settle(conversation.id, root.id, id, wait);
  }

  async edit(conversation: StoredConversation, message: string, text: string, wait: number) {
    this.#demandWritable(conversation);
    const root = this.#writer.find(conversation.id, message);
    return this.#settle(conversation.id, root.id, this.#writer.edit(root, text), wait);
  }

  async delete(conversation: StoredConversation, message: string, wait: number) {
    this.#demandWritable(conversation);
    const root = this.#writer.find(conversation.id, message);
    return this.#settle(conversation.id, root.id, this.#writer.delete(root), wait);
  }

  deleteForMe({ id }: StoredConversation, message: string): sdk.SendResult {
    const root = this.#writer.find(id, message);
    this.#writer.deleteForMe(root);
    this.#ports.tell({ kind: "message-gone", conversation: hex(id), message: hex(root.id) });
    return { message: hex(root.id), conversation: hex(id), state: "sent" };
  }

  find({ id }: StoredConversation, beginning: string): string {
    const digits = beginning.toLowerCase();
    const isBeginning = /^[0-9a-f]+$/.test(digits) && digits.length >= leastBeginning && digits.length <= 64;
    if (!isBeginning) throw new ClientError("unknown-message");
    const [least, most] = [digits.padEnd(64, "0"), digits.padEnd(64, "f")].map((text) => fromHex(text) as Uint8Array);
    const found = this.#ports.store.messages.beginningWith(id, least as Uint8Array, most as Uint8Array);
    const [only, another] = found;
    if (only === undefined || another !== undefined) throw new ClientError("unknown-message");
    return hex(only.id);
  }

  markRead({ id }: StoredConversation): void {
    const { store, now, tell, descriptions } = this.#ports;
    const [last] = store.messages.page(id, { limit: 1 });
    const { readUpTo } = store.settings.get(id);
    if (last?.seq === undefined || last.seq <= readUpTo) return;
    store.transaction(() => {
      store.settings.set(id, { readUpTo: last.seq as number });
      store.messages.startExpiryUpTo(id, last.seq as number, now());
    });
    this.#expiry.plan();
    this.#tellings.note(id);
    tell({ kind: "conversation", conversation: descriptions.conversation(id) });
    this.flush();
  }

  typing(conversation: StoredConversation, isTyping: boolean): void {
    const { engine } = this.#ports;
    // Who cannot be heard now is not heard later.
    if (engine.isCaughtUp && this.#typing.signal(conversation, isTyping)) engine.send(conversation.id);
  }

  profile(account = this.#ports.own.account.accountId): sdk.ProfileInfo {
    return this.#ports.store.profiles.get(account) ?? { name: "", picture: undefined };
  }

  setProfile(changes: { readonly name?: string; readonly picture?: Uint8Array | undefined }): void {
    const { store, context, own } = this.#ports;
    const profile = { ...this.profile(), ...changes };
    // Refused now, and not when it is shared.
    profileMessage(context.random, profile);
    store.transaction(() => {
      store.profiles.set(own.account.accountId, { name: displayName(profile.name), picture: profile.picture });
      setProfileVersion(store, profileVersion(store) + 1);
    });
    this.#tellings.noteAll();
    this.flush();
  }

  mute({ id }: StoredConversation, until: number | undefined): void {
    this.#set(id, { mutedUntil: until });
  }

  pin({ id }: StoredConversation, isPinned: boolean): void {
    this.#set(id, { pinnedAt: isPinned ? this.#ports.now() : undefined });
  }

  setDraft({ id }: StoredConversation, text: string): void {
    if (utf8(text).length > maxTextLength) throw new ConversationError("too-long");
    this.#set(id, { draft: text === "" ? undefined : text });
  }

  settings(changes: Partial<sdk.PrivacyInfo>): sdk.PrivacyInfo {
    const { store } = this.#ports;
    const settings = { ...readPrivacy(store), ...changes };
    if (Object.keys(changes).length > 0) writePrivacy(store, settings);
    return settings;
  }

  #set(id: Uint8Array, changes: Partial<ConversationSettings>): void {
    const { store, tell, descriptions } = this.#ports;
    store.settings.set(id, changes);
    tell({ kind: "conversation", conversation: descriptions.conversation(id) });
  }

  #demandWritable(conversation: StoredConversation): void {
    const { state } = conversation;
    if (state === "request") throw new ClientError("not-accepted");
    if (state === "blocked") throw new ClientError("blocked");
    if (state !== "active") throw new ConversationError("not-active");
    if (!rulesOf(this.#ports, conversation).mayPost) throw new ClientError("not-allowed");
  }

  /**
   * Sends what was stored, and waits for the relay.
   *
   * @param shown the message that it is about
   * @param sent what is waited for
   */
  async #settle(id: Uint8Array, shown: Uint8Array, sent: Uint8Array, wait: number): Promise<sdk.SendResult> {
    const { store, engine, progress, files } = this.#ports;
    this.tellState(shown);
    engine.send(id);
    // The welcome that the first message waits for is part of sending it: without it nobody could read.
    const isSettled = () => store.messages.get(sent)?.state !== "pending" && store.errands.list().length === 0;
    const isUploading = store.uploads.isUploading(sent);
    let { moved } = files;
    while (!(await progress.until(isSettled, wait)) && isUploading && files.moved > moved) ({ moved } = files);
    const message = store.messages.get(sent);
    if (message?.state === "failed") throw failureOf(message.reason);
    return { message: hex(shown), conversation: hex(id), state: message?.state === "pending" ? "queued" : "sent" };
  }

  #tellMessage(id: Uint8Array, kind: "message" | "message-state"): void {
    const { store, tell, descriptions } = this.#ports;
    const message = store.messages.get(id);
    if (message === undefined || message.fate === "hidden" || message.fate === "expired") return;
    tell({ kind, message: descriptions.message(message) });
  }

  #coveredBy(
    conversation: Uint8Array,
    { before, after }: Extract<MessageEffect, { kind: "receipt" }>,
  ): readonly StoredMessage[] {
    const to = Math.max(after.delivered, after.read);
    const newest = this.#ports.store.messages.page(conversation, { before: to + 1, limit: newestTold });
    return newest.filter(({ seq, state }) => {
      const isNews = seq !== undefined && (seq > before.delivered || (seq > before.read && seq <= after.read));
      return isNews && state === "sent";
    });
  }
}
