import { CodedError, equalBytes } from "@redoubt/base";
import {
  accountOf,
  type ConversationContext,
  enterConversation,
  type InvitedTo,
  readChain,
} from "@redoubt/conversation";
import { parseWelcome } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { Contacts } from "./contacts.js";
import { decodeInboxItem, type WelcomeItem } from "./errands.js";
import { learnMembers } from "./inbound.js";
import { findKeyPackages, forgetKeyPackage } from "./key-packages.js";
import type { OwnDevice } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What inbox work uses. */
export interface InboxPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
}

/**
 * Takes in one item of the inbox: what it brings and the cursor commit together. An item that is not valid, not for us
 * or from someone who is blocked is passed over.
 *
 * @returns the conversation that it opened
 */
export function takeInItem(ports: InboxPorts, number: number, bytes: Uint8Array): Uint8Array | undefined {
  const { store } = ports;
  if (number <= store.inbox.cursor()) return undefined;
  const entered = tryEnter(ports, bytes);
  const opened = store.transaction(() => {
    store.inbox.setCursor(number);
    return entered && insertInvitation(ports, entered);
  });
  if (entered !== undefined && opened) ports.conversations.keep(entered.state);
  entered?.consumed.wipe();
  return opened ? entered?.state.id : undefined;
}

function tryEnter({ context, store, own }: InboxPorts, bytes: Uint8Array): InvitedTo | undefined {
  try {
    const item = decodeInboxItem(bytes);
    return item && enter(context, store, own, item);
  } catch (error) {
    // Anyone may post anything to an inbox.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

function enter(context: ConversationContext, store: Store, own: OwnDevice, item: WelcomeItem): InvitedTo {
  const references = parseWelcome(item.welcome).secrets.map(({ newMember }) => newMember);
  const candidates = findKeyPackages(store, own, references);
  const isKnown = (groupId: Uint8Array) => store.conversations.get(groupId) !== undefined;
  return enterConversation(context, candidates, item.welcome, item.position, isKnown);
}

/** @returns whether it is shown: not if we have blocked who invites */
function insertInvitation(ports: InboxPorts, { state, policy, by, used }: InvitedTo): boolean {
  const { context, store, contacts, conversations, own } = ports;
  forgetKeyPackage(context, store, used.keyPackage);
  const inviter = [...(state.group?.epoch.tree.members() ?? [])].find(([, leaf]) => {
    return equalBytes(accountOf(context.provider, leaf).accountId, by.accountId);
  });
  if (inviter === undefined) return false;
  const known = contacts.get(by.accountId);
  if (known?.state === "blocked") return false;
  if (contacts.learn(readChain(inviter[1].extensions), "request").kind === "fork") return false;
  learnMembers(ports, state);
  const other = policy.accounts.find((account) => !equalBytes(account, own.account.accountId)) ?? own.account.accountId;
  const contact = contacts.get(other);
  const isAccepted = contact?.state === "accepted" || equalBytes(by.accountId, own.account.accountId);
  conversations.insert(state, {
    kind: "direct",
    status: isAccepted ? "active" : "request",
    title: contact?.username ?? "",
  });
  if (!isAccepted) contacts.setState(by.accountId, "request");
  return true;
}
