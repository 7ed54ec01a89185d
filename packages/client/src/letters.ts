import { equalBytes } from "@redoubt/base";
import {
  type ConversationState,
  decodeIntent,
  decodeLetterBody,
  type Intent,
  type Letter,
  type LetterBody,
  readPolicy,
  rejoinedGroup,
  roleOf,
  rosterOf,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Changes } from "./changes.js";
import type { Contacts } from "./contacts.js";
import { addErrand } from "./errands.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface LetterPorts {
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly changes: Changes;
}

/** What is to be done once the transaction that took a letter in has committed. */
export type AfterLetter =
  | { readonly kind: "nothing" }
  /** There is a new intent. */
  | { readonly kind: "run"; readonly conversation: Uint8Array }
  /** There is another word on how members stand. */
  | { readonly kind: "compare"; readonly conversation: Uint8Array }
  /** The access to the log has changed. */
  | { readonly kind: "keep"; readonly state: ConversationState };

const nothing: AfterLetter = { kind: "nothing" };

/**
 * Takes in a letter, within a transaction. Whoever is no member of the conversation that it is about is not heard.
 *
 * @throws ConversationError, MlsError for a body that cannot be read
 */
export function takeLetter(ports: LetterPorts, letter: Letter): AfterLetter {
  const body = decodeLetterBody(letter.body);
  const conversation = body && ports.store.conversations.get(body.conversation);
  if (body === undefined || conversation?.state !== "active") return nothing;
  if (ports.contacts.learn(letter.chain, "unknown") !== "verified") return nothing;
  const state = ports.conversations.get(body.conversation);
  if (state.group === undefined) return nothing;
  const roster = rosterOf(state.group.epoch.tree);
  const { accountId } = letter.account;
  if (!roster.has(accountId)) return nothing;
  switch (body.kind) {
    case "rejoin":
      return takeRejoin(ports, letter, body, state);
    case "standing":
      return takeStanding(ports, letter, body, state);
    case "owner-key": {
      const policy = readPolicy(state.group.epoch.context.extensions);
      const isOwner = policy.kind === "group" && roleOf(policy, roster, accountId) === "owner";
      if (!isOwner || !equalBytes(body.logId, state.access.logId)) return nothing;
      const next = { ...state, access: { ...state.access, ownerSeed: body.ownerSeed } };
      ports.conversations.update(state, next);
      return { kind: "keep", state: next };
    }
  }
}

/** A member's device asks to be brought in anew: whoever gets it does that, and the first commit wins. */
function takeRejoin(
  { store, changes }: LetterPorts,
  { device }: Letter,
  { conversation, keyPackage }: Extract<LetterBody, { kind: "rejoin" }>,
  { group }: ConversationState,
): AfterLetter {
  const asked = rejoinedGroup(keyPackage);
  const isTheirs = equalBytes(keyPackage.leafNode.signatureKey, device.sigKey);
  if (!isTheirs || asked === undefined || !equalBytes(asked, conversation) || group === undefined) return nothing;
  // A later request takes the place of an earlier one.
  for (const { position, value } of store.commits.intents(conversation)) {
    if (isRejoinOf(decodeIntent(value), device.sigKey)) store.commits.deleteIntent(position);
  }
  const invited = { inboxId: device.inboxId, keyPackage };
  changes.add(conversation, { kind: "rejoin", invited });
  return { kind: "run", conversation };
}

function isRejoinOf(intent: Intent, sigKey: Uint8Array): boolean {
  return intent.kind === "rejoin" && equalBytes(intent.invited.keyPackage.leafNode.signatureKey, sigKey);
}

function takeStanding(
  { store }: LetterPorts,
  { device, account }: Letter,
  { conversation, standing, wantsAnswer }: Extract<LetterBody, { kind: "standing" }>,
  { group }: ConversationState,
): AfterLetter {
  const leaves = group === undefined ? [] : rosterOf(group.epoch.tree).of(account.accountId);
  if (!leaves.some(({ leaf }) => equalBytes(leaf.signatureKey, device.sigKey))) return nothing;
  store.standings.set(conversation, { device: device.sigKey, ...standing });
  if (wantsAnswer) {
    const to = { account: account.accountId, device: device.deviceId };
    addErrand(store, { kind: "standing", to, conversation, wantsAnswer: false });
  }
  return { kind: "compare", conversation };
}
