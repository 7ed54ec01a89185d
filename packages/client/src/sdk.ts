import type { Abort } from "@redoubt/transport";
import type { FileSink, FileSource, TransferProgress } from "./files/file-ports.js";

/**
 * The public SDK: what the command line, the web app and bots do with a client. Ids are lower-case hexadecimal; times
 * are milliseconds since 1970. Every promise rejects with a CodedError.
 */

export type ConversationKind = "direct" | "group" | "self" | "channel";
export type ConversationStatus = "active" | "request" | "removed" | "left" | "blocked";

/** `pending` waits for its turn or the relay; `sent` was acknowledged by it; `failed` says why in `reason`. */
export type MessageStatus = "pending" | "sent" | "received" | "failed";

export interface Whoami {
  readonly account: string;
  readonly username: string;
  readonly device: string;
  /** Origin of the home relay. */
  readonly relay: string;
}

export interface Registered extends Whoami {
  /** 24 words: they alone restore the account. Shown once, never stored. */
  readonly recoveryKey: readonly string[];
}

export interface ConversationInfo {
  readonly conversation: string;
  readonly kind: ConversationKind;
  readonly title: string;
  readonly unread: number;
  /** The newest message's text and time. */
  readonly last: { readonly text: string; readonly at: number } | undefined;
  readonly state: ConversationStatus;
  /** Until when it disturbs nobody, in milliseconds since 1970. */
  readonly muted: number | undefined;
  readonly pinned: boolean;
  /** What was typed and not sent. */
  readonly draft: string | undefined;
  /** Unread messages that mention us. */
  readonly mentions: number;
}

export interface RequestInfo {
  readonly conversation: string;
  /** The user name of who asks. */
  readonly from: string;
  readonly title: string;
}

export interface AttachmentInfo {
  /** As its sender calls it: to be shown with care, and never to be used as a path. */
  readonly name: string;
  /** A media type, as its sender says. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** A tiny picture of the picture, in hexadecimal, if it is one. */
  readonly thumbhash?: string;
}

/** How a file gets on, in bytes of it. `waiting` is tried again by itself, for the `reason`. */
export interface TransferInfo extends TransferProgress {
  readonly conversation: string;
  readonly message: string;
  readonly direction: "up" | "down";
  readonly state: "running" | "waiting" | "complete" | "failed";
  readonly reason: string | undefined;
}

export interface MessageInfo {
  readonly message: string;
  readonly conversation: string;
  /** The sender's user name. */
  readonly from: string;
  readonly text: string;
  readonly at: number;
  readonly replyTo: string | undefined;
  readonly attachments: readonly AttachmentInfo[];
  readonly state: MessageStatus;
  readonly reason: string | undefined;
  readonly reactions: readonly { readonly emoji: string; readonly from: string }[];
  readonly edited: boolean;
  /** Deleted for everybody: nothing of it is left. */
  readonly deleted: boolean;
  /** Whether it holds something that this version cannot show. */
  readonly unsupported: boolean;
  /** The thread that it belongs to: often the id of its first message. */
  readonly thread: string | undefined;
  /** User names of the people that the text names by `@name`. */
  readonly mentions: readonly string[];
  readonly mentionsMe: boolean;
  /** Whether it asks that nobody be disturbed by it. */
  readonly silent: boolean;
  /** When it will be gone, in milliseconds since 1970, once that is known. */
  readonly expiresAt: number | undefined;
  /** Of our own: user names of those who have got it, and who have read it, as they said. */
  readonly deliveredTo: readonly string[];
  readonly readBy: readonly string[];
}

export interface ProfileInfo {
  /** A display name: chosen by its owner and no proof of anything. Empty for none. */
  readonly name: string;
  /** PNG, JPEG or WebP, at most 16 KiB. */
  readonly picture: Uint8Array | undefined;
}

/** What we let others know, where a conversation's rules allow it. Who does not tell is not told either. */
export interface PrivacyInfo {
  /** That messages have come and were read. */
  readonly receipts: boolean;
  readonly typing: boolean;
}

/** What a text may be sent with. */
export interface SendOptions {
  /** Milliseconds to wait for the relay's acknowledgement, or for an upload to get on; 10,000 by default. */
  readonly wait?: number;
  /** Files, which are closed when they are uploaded or given up. The text may be empty then. */
  readonly attachments?: readonly FileSource[];
  readonly onProgress?: (transfer: TransferInfo) => void;
  /** Gives the uploads up: the message has failed then, as `cancelled`. */
  readonly signal?: Abort;
  readonly replyTo?: string;
  /** A thread, or a message that is in one or begins one. */
  readonly thread?: string;
  /** Asks that nobody be disturbed. */
  readonly silent?: boolean;
  /** Seconds from being read after which the message is gone. */
  readonly expires?: number;
}

export type MemberRole = "owner" | "admin" | "member";

export interface MemberInfo {
  readonly username: string;
  readonly account: string;
  readonly role: MemberRole;
  /** How many devices of theirs are in the group. */
  readonly devices: number;
}

/** The least role that may do something. */
export interface GroupPermissions {
  readonly add: MemberRole;
  readonly remove: MemberRole;
  readonly info: MemberRole;
  readonly post: MemberRole;
  readonly pin: MemberRole;
}

/** A conversation as its members share it. */
export interface GroupInfo {
  readonly conversation: string;
  readonly kind: ConversationKind;
  readonly title: string;
  readonly description: string;
  /** A small picture; empty for none. */
  readonly avatar: Uint8Array;
  /** Of MLS: how many commits there were. */
  readonly epoch: number;
  /** Of MLS: equal for all who have the same members. */
  readonly treeHash: string;
  readonly state: ConversationStatus;
  readonly members: readonly MemberInfo[];
  readonly permissions: GroupPermissions | undefined;
  /** Ids of pinned messages. */
  readonly pinned: readonly string[];
  /** Seconds after which messages disappear; 0 for never. */
  readonly disappearing: number;
  readonly receipts: boolean;
  readonly typing: boolean;
  /** Origin of the relay that keeps the log. */
  readonly relay: string;
}

/** What may be changed of a conversation; what is left out stays. */
export interface GroupEdit {
  readonly title?: string;
  readonly description?: string;
  readonly avatar?: Uint8Array;
  readonly permissions?: Partial<GroupPermissions>;
  readonly disappearing?: number;
  readonly receipts?: boolean;
  readonly typing?: boolean;
}

/** `done`: all members have it in their log; `queued`: it is stored, and will be tried until it is so. */
export interface ChangeResult {
  readonly conversation: string;
  readonly state: "done" | "queued";
}

export interface ContactInfo {
  readonly username: string;
  readonly account: string;
  readonly state: "unknown" | "request" | "accepted" | "blocked";
  readonly isConfirmed: boolean;
  /** The display name that they chose; empty for none. */
  readonly name: string;
  readonly hasPicture: boolean;
}

export interface Verification {
  readonly username: string;
  /** 60 digits in 12 groups of 5. */
  readonly safetyNumber: string;
  readonly confirmed: boolean;
}

/** One thing that the relay can hold, by the relay's own list. */
export interface HeldInfo {
  readonly place: "column" | "file" | "log" | "metric" | "memory";
  readonly name: string;
  readonly class: "ciphertext" | "public key" | "pseudonym" | "metadata" | "secret" | "operational";
  readonly subject: "account" | "log" | "none";
  readonly purpose: string;
  readonly retention: string;
  /** How one gets there from an account, or why not. */
  readonly path: string;
  /** Why it opens no message. */
  readonly opensNothing: string;
  /** So many rows of ours; nothing that leads from us; or nothing that is stored. */
  readonly finding: { readonly kind: "rows"; readonly count: number } | { readonly kind: "unlinked" | "memory" };
}

/** What the relay says that it holds on our account: whole, about us, and signed by its key. Days are `YYYY-MM-DD`. */
export interface DisclosureInfo {
  /** The relay's name on its key. */
  readonly relay: string;
  /** The verifier key that it is signed by. */
  readonly key: string;
  /** Whether the key was seen for the first time, and is kept from now on. */
  readonly isKeyNew: boolean;
  readonly day: string;
  readonly account: {
    readonly id: string;
    /** Entries of our public chain; null where the relay could not read them. */
    readonly entries: readonly { readonly kind: string; readonly day: string; readonly devices: number }[] | null;
    readonly devices: number;
    readonly keyPackages: number;
    /** Sealed items that none of our devices has fetched yet, by day. */
    readonly inboxItems: readonly { readonly day: string; readonly count: number }[];
  };
  readonly rows: readonly { readonly table: string; readonly count: number }[];
  /** What is held nowhere, and why it cannot be. */
  readonly absent: readonly { readonly id: string; readonly what: string; readonly why: string }[];
  /** Everything that the relay can hold, with what was found. */
  readonly inventory: readonly HeldInfo[];
  /** The disclosure itself: rows, document, a page to read (`index.html`), the signed note. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
}

export interface SendResult {
  readonly message: string;
  readonly conversation: string;
  readonly state: "sent" | "queued";
}

export interface SyncResult {
  /** Messages received and messages acknowledged since the call began. */
  readonly received: number;
  readonly sent: number;
  /** Messages and errands that still wait. */
  readonly pending: number;
}

export interface WaitOptions {
  /** Milliseconds to wait for the relay; 10,000 by default. */
  readonly wait?: number;
}

/** With the home relay. */
export type ConnectionState = "connecting" | "online" | "offline";

/** What listeners hear, in the order in which it happened, after it was stored. */
export type ClientEvent =
  | { readonly kind: "message"; readonly message: MessageInfo }
  | { readonly kind: "message-state"; readonly message: MessageInfo }
  /** It has expired, or was deleted here alone. */
  | { readonly kind: "message-gone"; readonly conversation: string; readonly message: string }
  /** Somebody types, or has stopped. */
  | { readonly kind: "typing"; readonly conversation: string; readonly from: string; readonly isTyping: boolean }
  /** Somebody has changed their name or picture. */
  | { readonly kind: "profile"; readonly from: string; readonly name: string; readonly hasPicture: boolean }
  | { readonly kind: "conversation"; readonly conversation: ConversationInfo }
  | { readonly kind: "request"; readonly request: RequestInfo }
  /** A relay or a member lied: see `conversation` Alarm for the kinds. */
  | { readonly kind: "alarm"; readonly conversation: string; readonly alarm: string; readonly seq: number }
  /** We were away too long, or on the losing side of a split: these entries of the log were not read, and cannot be. */
  | { readonly kind: "lost"; readonly conversation: string; readonly from: number; readonly to: number }
  | { readonly kind: "transfer"; readonly transfer: TransferInfo }
  | { readonly kind: "connection"; readonly state: ConnectionState };

export interface Client {
  /**
   * Makes the account and this device.
   *
   * @param options `invite`: its code, where the relay asks for one
   * @throws `already-registered`, `bad-invite`, and the relay's codes (`name-taken`, …)
   */
  register(username: string, options?: { readonly invite?: string | undefined }): Promise<Registered>;
  /** @throws `not-registered` */
  whoami(): Whoami;
  /** As of now; changes are told as `connection`. Without an account there is no connection. */
  connection(): ConnectionState;
  /** Whether the relay has an account of this name. Needs no account of ours. @throws `bad-username` */
  isNameTaken(username: string): Promise<boolean>;
  /** The direct conversation with a person, opened if there is none. @throws `unknown-user`, `blocked` */
  directWith(username: string): Promise<string>;
  requests(): readonly RequestInfo[];
  accept(conversation: string): Promise<void>;
  /** Shows nothing more of a conversation and its sender. */
  block(conversation: string): Promise<void>;
  unblock(username: string): Promise<void>;
  contacts(): readonly ContactInfo[];
  verify(username: string, options?: { readonly confirm?: boolean }): Promise<Verification>;
  /**
   * Stores a text for sending; it is never lost from then on. With files, it is sent once they are uploaded; other
   * messages do not wait for it.
   *
   * Members that it names by `@name` are mentioned. The draft of the conversation is done with.
   *
   * @throws `unknown-conversation`, `unknown-message`, `not-active`, `not-accepted`, `not-allowed`, `too-long`, `file-too-large`,
   * `file-changed`, `file-gone`, `cancelled`
   */
  send(conversation: string, text: string, options?: SendOptions): Promise<SendResult>;
  /**
   * Reacts to a message, in the place of an earlier reaction of ours; `withdraw` takes that one back.
   *
   * @returns of this, `edit` and `delete`: the message that it is about
   * @throws what `send` throws, and `bad-reaction`
   */
  react(
    conversation: string,
    message: string,
    emoji: string,
    options?: { readonly withdraw?: boolean; readonly wait?: number },
  ): Promise<SendResult>;
  /** Replaces the text of a message of ours. @throws what `send` throws */
  edit(conversation: string, message: string, text: string, options?: { readonly wait?: number }): Promise<SendResult>;
  /** Deletes a message for everybody, or with `forMe` here alone. @throws what `send` throws */
  delete(
    conversation: string,
    message: string,
    options?: { readonly forMe?: boolean; readonly wait?: number },
  ): Promise<SendResult>;
  /** The id of the one message whose id begins like this. @throws `unknown-conversation`, `unknown-message` */
  findMessage(conversation: string, beginning: string): string;
  /**
   * Messages with all the words of a text, or words that begin like them, without regard to case and accents; newest
   * first. Does not touch the network.
   *
   * @param options.limit 50 by default
   */
  search(text: string, options?: { readonly conversation?: string; readonly limit?: number }): readonly MessageInfo[];
  /** Says that we type, at most every five seconds, where rules and settings allow it; it is kept nowhere. */
  typing(conversation: string, isTyping?: boolean): void;
  /** Our own profile, or that of somebody we know. @throws `unknown-user` */
  profile(username?: string): ProfileInfo;
  /** Changes what is given of our profile, and shares it with the people we talk to. @throws `bad-profile` */
  setProfile(changes: { readonly name?: string; readonly picture?: Uint8Array | undefined }): void;
  /** @param until milliseconds since 1970; `undefined` ends it */
  mute(conversation: string, until: number | undefined): void;
  pin(conversation: string, isPinned: boolean): void;
  /** Keeps what was typed; empty for nothing. @throws `too-long` */
  setDraft(conversation: string, text: string): void;
  /** What we let others know, after these changes. */
  settings(changes?: Partial<PrivacyInfo>): PrivacyInfo;
  /** Makes a group of us and these people. @throws `unknown-user`, `no-devices`, `bad-policy` */
  createGroup(title: string, usernames: readonly string[], options?: WaitOptions): Promise<ChangeResult>;
  /** @throws `unknown-conversation`, `not-active` when we are no member (any more) */
  groupInfo(conversation: string): GroupInfo;
  /** @throws `not-allowed`, `not-a-group`, `unknown-user`, `no-devices`, `too-many-members` */
  addMembers(conversation: string, usernames: readonly string[], options?: WaitOptions): Promise<ChangeResult>;
  /** @throws `not-allowed`, `not-a-group`, `unknown-member` */
  removeMembers(conversation: string, usernames: readonly string[], options?: WaitOptions): Promise<ChangeResult>;
  /** @throws `not-allowed`, `not-a-group`, `unknown-member` */
  setRole(conversation: string, username: string, role: MemberRole, options?: WaitOptions): Promise<ChangeResult>;
  /** @throws `not-allowed`, `not-a-group`, `bad-policy` */
  editGroup(conversation: string, edit: GroupEdit, options?: WaitOptions): Promise<ChangeResult>;
  /** Pins a message for all. @throws `not-allowed`, `not-a-group`, `bad-policy` beyond 16 */
  pinMessage(conversation: string, message: string, isPinned: boolean, options?: WaitOptions): Promise<ChangeResult>;
  /** Leaves a group. It is `left` at once for us, and `done` when another member has put us out. @throws `not-a-group` */
  leaveGroup(conversation: string, options?: WaitOptions): Promise<ChangeResult>;
  /** Moves a conversation to a log on this relay. @throws `not-allowed`, `bad-url` */
  moveConversation(conversation: string, relay: string, options?: WaitOptions): Promise<ChangeResult>;
  /**
   * Saves a file of a message, or goes on where an earlier call has stopped, for the same place.
   *
   * @param message its id, or the beginning of it
   * @param options.index which of the message's attachments, from 0, which is the default
   * @throws `unknown-conversation`, `unknown-message`, `no-attachment`, `foreign-file`, `altered-file`, `file-expired`, `cancelled`, what
   * the sink throws, and what transport and relay say
   */
  save(
    conversation: string,
    message: string,
    sink: FileSink,
    options?: {
      readonly index?: number;
      readonly onProgress?: (transfer: TransferInfo) => void;
      readonly signal?: Abort;
    },
  ): Promise<void>;
  /**
   * The conversations: without a page all of them, in the order in which they came to this device. By pages the pinned
   * ones, then the others, of each the one first in which somebody wrote last; a page costs the same however many there are.
   *
   * @param page `limit`: so many at most; `after`: the conversation that the page before ended with
   * @throws `unknown-conversation`
   */
  list(page?: { readonly limit: number; readonly after?: string }): readonly ConversationInfo[];
  /** Oldest first in the log's order, pending ones last; the newest `limit`. Does not touch the network. */
  read(
    conversation: string,
    options?: { readonly limit?: number /** A message: only what stands before it. */; readonly before?: string },
  ): readonly MessageInfo[];
  /**
   * Asks the relay what it holds on our account, and verifies the answer: signed by the same key as the first time,
   * complete as signed, and about us.
   *
   * @param options.newKey takes a new key for the one that was seen first, after one has asked the operator why
   * @throws `disclosure-key-changed`, `disclosure-false`, and what transport and relay say
   */
  discloseMe(options?: { readonly newKey?: boolean }): Promise<DisclosureInfo>;
  /** Counts everything that is in the log as read, tells the others if that is wanted, and lets what expires run. */
  markRead(conversation: string): void;
  /**
   * Catches up and sends what waits; ends as soon as nothing is pending, at the latest after `wait` milliseconds.
   *
   * @param options.uploads whether uploads are waited for as well, which they are by default
   */
  sync(options?: { readonly wait?: number; readonly uploads?: boolean }): Promise<SyncResult>;
  /** @returns ends the subscription */
  subscribe(listener: (event: ClientEvent) => void): () => void;
  close(): Promise<void>;
}
