import { CodedError, emptyBytes, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  enterConversation,
  type InvitedTo,
  type Letter,
  openLetter,
  placeOf,
  readTreePlace,
  type SealedLetter,
} from "@redoubt/conversation";
import { type JoinOptions, type KeyPackage, keyPackageRef, type OwnKeyPackage, parseWelcome } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { Changes } from "./changes.js";
import type { Contacts } from "./contacts.js";
import { addErrand } from "./errands.js";
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
  /** There is something to be done elsewhere first. */
  | { readonly kind: "errands" }
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

type WelcomeItem = Extract<InboxItem, { kind: "welcome" }>;

type Opened =
  | { readonly kind: "welcome"; readonly entered: InvitedTo }
  /** A welcome for which something is missing yet. */
  | { readonly kind: "early" }
  | { readonly kind: "letter"; readonly letter: Letter; readonly used: KeyPackage };

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
    if (opened.kind === "early") {
      addErrand(store, { kind: "enter", item: bytes });
      return { kind: "errands" } as const;
    }
    if (opened.kind === "welcome") return enter(ports, opened.entered);
    // A key package is for one letter, as it is for one welcome.
    forgetKeyPackage(ports.context, store, opened.used);
    return tryTakeLetter(ports, opened.letter);
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
    if (item.kind === "welcome") return openWelcome(ports, item);
    return open(ports, item.letter);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

function openWelcome(ports: InboxPorts, item: WelcomeItem): Opened {
  const own = keyPackagesOf(ports, item);
  if (readTreePlace(ports.context, own, item.welcome) !== undefined) return { kind: "early" };
  const entered = enterBy(ports, item, {});
  return entered === "member" ? { kind: "early" } : { kind: "welcome", entered };
}

/**
 * Enters by a welcome once nothing is missing: what it brings commits together.
 *
 * @returns "member" if we are in the group, as far as we have read its log
 * @throws MlsError, ConversationError for what is not valid, the tree included
 */
export function enterLate(
  ports: InboxPorts,
  item: WelcomeItem,
  tree: Pick<JoinOptions, "ratchetTree">,
): InboxOutcome | "member" {
  const entered = enterBy(ports, item, tree);
  if (entered === "member") return entered;
  const outcome = ports.store.transaction(() => enter(ports, entered));
  if ("state" in outcome) ports.conversations.keep(outcome.state);
  entered.consumed.wipe();
  return outcome;
}

function keyPackagesOf({ store, own }: InboxPorts, { welcome }: WelcomeItem): OwnKeyPackage[] {
  return findKeyPackages(
    store,
    own,
    parseWelcome(welcome).secrets.map(({ newMember }) => newMember),
  );
}

function enterBy(ports: InboxPorts, item: WelcomeItem, tree: Pick<JoinOptions, "ratchetTree">): InvitedTo | "member" {
  const { context, store, conversations } = ports;
  const own = keyPackagesOf(ports, item);
  let isMember = false;
  const isKnownGroup = (groupId: Uint8Array) => {
    const rejoin = store.rejoins.get(groupId);
    // Only by the key package that we have asked with.
    const isAsked = own.some(({ keyPackage }) =>
      equalBytes(keyPackageRef(context.mls, keyPackage), rejoin?.keyPackage ?? emptyBytes),
    );
    // Whoever was put out, or has left, may be brought in again.
    const isKnown = store.conversations.get(groupId) !== undefined;
    isMember = !isAsked && isKnown && conversations.get(groupId).group !== undefined;
    return isMember;
  };
  try {
    return enterConversation(context, own, item.welcome, item.position, { ...tree, isKnownGroup });
  } catch (error) {
    if (isMember) return "member";
    throw error;
  }
}

function open({ context, store, own }: InboxPorts, sealed: SealedLetter): Opened | undefined {
  const [keyPackage] = findKeyPackages(store, own, [sealed.reference]);
  if (keyPackage === undefined) return undefined;
  return { kind: "letter", letter: openLetter(context, keyPackage, sealed), used: keyPackage.keyPackage };
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
  const opened = insertInvitation(ports, entered);
  return opened === undefined ? { kind: "nothing" } : { kind: "opened", conversation: state.id, state: opened };
}

/** Brought in anew: the state is another, and what was not sent yet is sealed in it. */
function comeBack(
  { store, contacts, conversations }: InboxPorts,
  { state: entered, policy }: InvitedTo,
  afterSeq: number,
): InboxOutcome {
  const state = continuing(conversations.get(entered.id), entered);
  conversations.replace(state);
  if (policy.kind === "group") store.conversations.setTitle(state.id, policy.title);
  unsealAll(store, state.id);
  store.rejoins.delete(state.id);
  store.standings.clear(state.id);
  learnMembers({ contacts }, state);
  return { kind: "rejoined", conversation: state.id, state, afterSeq, fromSeq: state.position.seq + 1 };
}

/** The new state of a conversation that we were in before: places go on, and so does what owners have. */
function continuing(before: ConversationState, entered: ConversationState): ConversationState {
  const isSameLog = equalBytes(before.access.logId, entered.access.logId);
  const ownerSeed = entered.access.ownerSeed ?? (isSameLog ? before.access.ownerSeed : undefined);
  const placeOffset = isSameLog ? before.placeOffset : placeOf(before, before.position.seq);
  return { ...entered, placeOffset, access: { ...entered.access, ownerSeed } };
}

/** @returns undefined if it is not shown: we have blocked who invites, or know other keys of theirs */
function insertInvitation(ports: InboxPorts, { state, policy, by }: InvitedTo): ConversationState | undefined {
  const { contacts, conversations, own, store } = ports;
  if (contacts.get(by.accountId)?.state === "blocked") return undefined;
  learnMembers(ports, state);
  if (contacts.verdict(by.accountId) !== "verified") return undefined;
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
  const isNew = store.conversations.get(state.id) === undefined;
  const next = isNew ? state : continuing(conversations.get(state.id), state);
  if (isNew) conversations.insert(next, invitation);
  else conversations.enterAgain(next, invitation);
  if (!isAccepted && contacts.get(by.accountId)?.state === "unknown") contacts.setState(by.accountId, "request");
  return next;
}
