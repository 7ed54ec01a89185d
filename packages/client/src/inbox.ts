import { CodedError, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  enterConversation,
  type InvitedTo,
  type Letter,
  openLetter,
  placeOf,
  type SealedLetter,
} from "@redoubt/conversation";
import { isLastResort, keyPackageRef, parseWelcome } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { Changes } from "./changes.js";
import type { Contacts } from "./contacts.js";
import { learnMembers, unsealAll } from "./inbound.js";
import { decodeInboxItem, type InboxItem } from "./inbox-item.js";
import { findKeyPackages, forgetKeyPackage } from "./key-packages.js";
import { type AfterLetter, takeLetter } from "./letters.js";
import type { OwnDevice } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What inbox work uses. */
export interface InboxPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly changes: Changes;
  readonly own: OwnDevice;
}

/** What an item of the inbox led to, for listeners: it is stored already. */
export type InboxOutcome =
  | AfterLetter
  /** We are in a conversation. */
  | { readonly kind: "opened"; readonly conversation: Uint8Array; readonly state: ConversationState }
  /** We are back in a conversation. What came after `afterSeq` and before `fromSeq` is lost to us. */
  | {
      readonly kind: "rejoined";
      readonly conversation: Uint8Array;
      readonly state: ConversationState;
      readonly afterSeq: number;
      readonly fromSeq: number;
    };

type Opened =
  | { readonly kind: "welcome"; readonly entered: InvitedTo }
  | { readonly kind: "letter"; readonly letter: Letter };

/**
 * Takes in one item of the inbox: what it brings and the cursor commit together. An item that is not valid, not for us
 * or from someone who is blocked is passed over.
 */
export function takeInItem(ports: InboxPorts, number: number, bytes: Uint8Array): InboxOutcome {
  const { store } = ports;
  if (number <= store.inbox.cursor()) return { kind: "nothing" };
  const opened = tryOpen(ports, bytes);
  const outcome = store.transaction(() => {
    store.inbox.setCursor(number);
    if (opened === undefined) return { kind: "nothing" } as const;
    return opened.kind === "welcome" ? enter(ports, opened.entered) : tryTakeLetter(ports, opened.letter);
  });
  if ("state" in outcome) ports.conversations.keep(outcome.state);
  if (opened?.kind === "welcome") opened.entered.consumed.wipe();
  return outcome;
}

/** Anyone may post anything to an inbox. */
function tryOpen(ports: InboxPorts, bytes: Uint8Array): Opened | undefined {
  try {
    const item = decodeInboxItem(bytes);
    if (item === undefined) return undefined;
    if (item.kind === "welcome") return { kind: "welcome", entered: openWelcome(ports, item) };
    const letter = open(ports, item.letter);
    return letter && { kind: "letter", letter };
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

function openWelcome(
  { context, store, own, conversations }: InboxPorts,
  { welcome, position }: Extract<InboxItem, { kind: "welcome" }>,
): InvitedTo {
  const references = parseWelcome(welcome).secrets.map(({ newMember }) => newMember);
  const candidates = findKeyPackages(store, own, references);
  const isKnownGroup = (groupId: Uint8Array) => {
    const rejoin = store.rejoins.get(groupId);
    // Only by the key package that we have asked with.
    if (rejoin !== undefined && references.some((reference) => equalBytes(reference, rejoin.keyPackage))) return false;
    // Whoever was put out, or has left, may be brought in again.
    return store.conversations.get(groupId) !== undefined && conversations.get(groupId).group !== undefined;
  };
  return enterConversation(context, candidates, welcome, position, { isKnownGroup });
}

function open({ context, store, own }: InboxPorts, letter: SealedLetter): Letter | undefined {
  const [keyPackage] = findKeyPackages(store, own, [letter.reference]);
  if (keyPackage === undefined) return undefined;
  const opened = openLetter(context, keyPackage, letter);
  // A key package is for one letter, as it is for one welcome.
  if (!isLastResort(keyPackage.keyPackage)) store.keyPackages.delete(keyPackageRef(context.mls, keyPackage.keyPackage));
  return opened;
}

function tryTakeLetter(ports: InboxPorts, letter: Letter): AfterLetter {
  try {
    return takeLetter(ports, letter);
  } catch (error) {
    if (error instanceof CodedError && error.code !== "disk-full") return { kind: "nothing" };
    throw error;
  }
}

function enter(ports: InboxPorts, entered: InvitedTo): InboxOutcome {
  const { context, store } = ports;
  const { state, used } = entered;
  forgetKeyPackage(context, store, used.keyPackage);
  const rejoin = store.rejoins.get(state.id);
  if (rejoin !== undefined) return comeBack(ports, entered, rejoin.afterSeq);
  return insertInvitation(ports, entered) ? { kind: "opened", conversation: state.id, state } : { kind: "nothing" };
}

/** Brought in anew: the state is another, and what was not sent yet is sealed in it. */
function comeBack(
  { store, contacts, conversations }: InboxPorts,
  { state: entered, policy }: InvitedTo,
  afterSeq: number,
): InboxOutcome {
  const before = conversations.get(entered.id);
  const isSameLog = equalBytes(before.access.logId, entered.access.logId);
  const ownerSeed = entered.access.ownerSeed ?? (isSameLog ? before.access.ownerSeed : undefined);
  const placeOffset = isSameLog ? before.placeOffset : placeOf(before, before.position.seq);
  const state = { ...entered, placeOffset, access: { ...entered.access, ownerSeed } };
  conversations.replace(state);
  if (policy.kind === "group") store.conversations.setTitle(state.id, policy.title);
  unsealAll(store, state.id);
  store.rejoins.delete(state.id);
  store.standings.clear(state.id);
  learnMembers({ contacts }, state);
  return { kind: "rejoined", conversation: state.id, state, afterSeq, fromSeq: state.position.seq + 1 };
}

/** @returns whether it is shown: not if we have blocked who invites, or know other keys of theirs */
function insertInvitation(ports: InboxPorts, { state, policy, by }: InvitedTo): boolean {
  const { contacts, conversations, own, store } = ports;
  if (contacts.get(by.accountId)?.state === "blocked") return false;
  learnMembers(ports, state);
  if (contacts.verdict(by.accountId) !== "verified") return false;
  const isOurs = equalBytes(by.accountId, own.account.accountId);
  const accounts = policy.kind === "direct" ? policy.accounts : [];
  const other = accounts.find((account) => !equalBytes(account, own.account.accountId)) ?? by.accountId;
  const isAccepted = isOurs || contacts.get(other)?.state === "accepted";
  const invitation = {
    kind: policy.kind,
    status: isAccepted ? "active" : "request",
    title: policy.kind === "group" ? policy.title : (contacts.get(other)?.username ?? ""),
    invitedBy: by.accountId,
  } as const;
  if (store.conversations.get(state.id) === undefined) conversations.insert(state, invitation);
  else conversations.enterAgain(state, invitation);
  if (!isAccepted && contacts.get(by.accountId)?.state === "unknown") contacts.setState(by.accountId, "request");
  return true;
}
