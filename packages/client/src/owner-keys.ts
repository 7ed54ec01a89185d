import { bytesKey, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  type Policy,
  type Roster,
  readPolicy,
  roleOf,
  rosterOf,
  type TakenCommit,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { RelayError, type Session } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { addErrand, type Errand, letterErrand } from "./errands.js";
import { changeOwnerKey, createLog } from "./log-keys.js";
import type { StoredConversations } from "./stored-conversations.js";

/** Owners' accounts and devices, as `bytesKey`s. */
function ownersOf(policy: Policy, roster: Roster): { readonly accounts: Set<string>; readonly devices: Set<string> } {
  const owners = roster.leaves.filter(({ member }) => roleOf(policy, roster, member.accountId) === "owner");
  return {
    accounts: new Set(owners.map(({ member }) => bytesKey(member.accountId))),
    devices: new Set(owners.map(({ leaf }) => bytesKey(leaf.signatureKey))),
  };
}

/**
 * What a commit means for the key of a group's owners, within the transaction that takes it in: who committed it hands
 * the key to devices that have become an owner's; and when an owner has gone, one of those who stay makes a new key.
 */
export function followOwners(
  { context, store }: { readonly context: ConversationContext; readonly store: Store },
  before: ConversationState,
  after: ConversationState,
  taken: TakenCommit,
): void {
  if (before.group === undefined || after.group === undefined || after.access.ownerSeed === undefined) return;
  const policy = readPolicy(after.group.epoch.context.extensions);
  if (policy.kind !== "group") return;
  const roster = rosterOf(after.group.epoch.tree);
  const owners = ownersOf(policy, roster);
  const own = after.group.epoch.tree.leaf(after.group.epoch.ownLeaf)?.signatureKey;
  if (own === undefined || !owners.devices.has(bytesKey(own))) return;
  const earlier = ownersOf(readPolicy(before.group.epoch.context.extensions), rosterOf(before.group.epoch.tree));
  if ([...earlier.accounts].some((account) => !owners.accounts.has(account))) {
    // One is enough: the first of them in the tree.
    const first = roster.leaves.find(({ leaf }) => owners.devices.has(bytesKey(leaf.signatureKey)));
    if (first === undefined || !equalBytes(first.leaf.signatureKey, own)) return;
    addErrand(store, { kind: "owner-key", conversation: after.id, ownerSeed: context.random(32) });
    return;
  }
  const isMoved = !equalBytes(before.access.logId, after.access.logId);
  if (!taken.isOwn) return;
  for (const { leaf, member } of roster.leaves) {
    const key = bytesKey(leaf.signatureKey);
    const isNew = isMoved || !earlier.devices.has(key);
    if (!owners.devices.has(key) || !isNew || equalBytes(leaf.signatureKey, own)) continue;
    addOwnerLetter(store, after, { account: member.accountId, device: member.deviceId });
  }
}

function addOwnerLetter(
  store: Store,
  { id, access }: ConversationState,
  to: { readonly account: Uint8Array; readonly device: Uint8Array },
): void {
  const { logId, ownerSeed } = access;
  if (ownerSeed === undefined) return;
  addErrand(store, letterErrand(to, { kind: "owner-key", conversation: id, logId, ownerSeed }));
}

export interface LogErrandPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  /** A connection of its own to the relay that keeps a log. */
  readonly errandTo: <T>(relay: string, work: (session: Session<AnonymousOp>) => Promise<T>) => Promise<T>;
  readonly created: (id: Uint8Array) => void;
}

/** Does at a conversation's log what only its owners can do. @throws TransportError, RelayError */
export async function runLogErrand(
  ports: LogErrandPorts,
  errand: Extract<Errand, { kind: "owner-key" | "create-log" }>,
): Promise<void> {
  const { context, conversations, errandTo, created } = ports;
  const { access } = conversations.get(errand.conversation);
  if (errand.kind === "create-log") {
    await errandTo(access.relay, (session) => createLog(context, session, access));
    created(errand.conversation);
    return;
  }
  try {
    await errandTo(access.relay, (session) => changeOwnerKey(context, session, access, errand.ownerSeed));
  } catch (error) {
    // Another owner was faster, and tells us the new key.
    if (!(error instanceof RelayError) || error.code !== "bad-signature") throw error;
    return;
  }
  keepOwnerKey(ports, errand.conversation, errand.ownerSeed);
}

/** Stores the new key and hands it to the other owners. */
function keepOwnerKey({ store, conversations }: LogErrandPorts, id: Uint8Array, ownerSeed: Uint8Array): void {
  const before = conversations.get(id);
  const seed = ownerSeed as NonNullable<ConversationState["access"]["ownerSeed"]>;
  const after = { ...before, access: { ...before.access, ownerSeed: seed } };
  store.transaction(() => {
    conversations.update(before, after);
    if (after.group === undefined) return;
    const roster = rosterOf(after.group.epoch.tree);
    const { devices } = ownersOf(readPolicy(after.group.epoch.context.extensions), roster);
    for (const { leafIndex, leaf, member } of roster.leaves) {
      if (leafIndex === after.group.epoch.ownLeaf || !devices.has(bytesKey(leaf.signatureKey))) continue;
      addOwnerLetter(store, after, { account: member.accountId, device: member.deviceId });
    }
  });
  conversations.keep(after);
}
