import { bytesKey, equalBytes } from "@redoubt/base";
import { type Extensions, type Group, type Proposal, selectReferences } from "@redoubt/mls";
import type { Change, Invited } from "./commit-change.js";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { editPolicy, pruned, refuseEdit } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import { readMember } from "./evidence.js";
import type { Intent } from "./intent.js";
import { maxMembers } from "./mls-context.js";
import { admits, type Policy, policyExtension, readPolicy } from "./policy.js";
import { isRevoked, newestAccount } from "./revocation.js";
import { may, mayRemove } from "./roles.js";
import { type Roster, type RosterLeaf, rosterOf } from "./roster.js";
import type { ConversationState } from "./state.js";

/** What an intent comes to, before what every commit does besides is added. */
interface Wish {
  readonly add?: readonly Invited[];
  readonly remove?: readonly RosterLeaf[];
  readonly policy?: Policy;
  readonly chains?: Change["chains"];
  readonly ownerSeed?: Change["ownerSeed"];
  /** Nothing else may go with it. */
  readonly isAlone?: boolean;
}

interface Situation {
  readonly context: ConversationContext;
  readonly group: Group;
  readonly roster: Roster;
  readonly policy: Policy;
  /** Our account. */
  readonly account: Uint8Array;
}

/**
 * Plans the commit that makes an intent true in the state that there is now. Whoever has said that they leave is put out
 * along with it, and the roles of those who are gone are taken away.
 *
 * @param now seconds since 1970
 * @returns undefined when it is so already
 * @throws ConversationError `not-active`, `not-allowed`, `not-a-group`, `bad-policy`, `too-many-members`
 */
export function planChange(
  context: ConversationContext,
  state: ConversationState,
  intent: Exclude<Intent, { kind: "leave" }>,
  now: bigint,
): Change | undefined {
  const { group } = state;
  if (group === undefined) throw new ConversationError("not-active");
  const { tree, ownLeaf, context: groupContext } = group.epoch;
  const roster = rosterOf(tree);
  const own = roster.leaves.find(({ leafIndex }) => leafIndex === ownLeaf);
  if (own === undefined) throw new ConversationError("not-active");
  const policy = readPolicy(groupContext.extensions);
  const situation = { context, group, roster, policy, account: own.member.accountId };
  const wish = wishOf(situation, intent);
  const leavers = wish?.isAlone ? { references: [], leaves: [] } : leaversOf(context, state, group, roster);
  if (wish === undefined) return undefined;
  const isEmpty = Object.keys(wish).length === 0 && leavers.references.length + leavers.leaves.length === 0;
  return isEmpty ? undefined : assemble(situation, wish, leavers, now);
}

/** What is to be done for an intent; undefined when nothing is left to be done. */
function wishOf(situation: Situation, intent: Exclude<Intent, { kind: "leave" }>): Wish | undefined {
  switch (intent.kind) {
    case "tidy":
      return {};
    case "add":
      return wishToAdd(situation, intent.invited);
    case "remove":
      return wishToRemove(situation, intent.accounts);
    case "edit":
      return wishToEdit(situation, intent);
    case "rejoin":
      return wishToReplace(situation, intent);
    case "revoke":
      return wishToRevoke(situation, intent.chain);
  }
}

function wishToAdd({ roster, policy, account }: Situation, invited: readonly Invited[]): Wish | undefined {
  const missing = invited.filter(({ keyPackage }) => deviceOf(roster, keyPackage) === undefined);
  if (missing.length === 0) return undefined;
  for (const { keyPackage } of missing) {
    const { accountId } = readMember(keyPackage.leafNode);
    const isAdmitted = policy.kind === "direct" ? admits(policy, accountId) : true;
    if (!isAdmitted || !(roster.has(accountId) || may(policy, roster, account, "add"))) {
      throw new ConversationError("not-allowed");
    }
  }
  return { add: missing };
}

function wishToRemove(
  { roster, policy, account, group }: Situation,
  accounts: readonly Uint8Array[],
): Wish | undefined {
  const remove = accounts.flatMap((other) => roster.of(other)).filter((leaf) => leaf.leafIndex !== group.epoch.ownLeaf);
  if (remove.length === 0) return undefined;
  for (const { member } of remove) {
    const isOwn = equalBytes(member.accountId, account);
    if (!isOwn && !mayRemove(policy, roster, account, member.accountId)) throw new ConversationError("not-allowed");
  }
  return { remove };
}

function wishToEdit(
  { roster, policy, account }: Situation,
  { edit, ownerSeed }: Extract<Intent, { kind: "edit" }>,
): Wish | undefined {
  const edited = editPolicy(policy, edit);
  if (edit.kind === "role" && !roster.has(edit.account)) throw new ConversationError("not-allowed", "no member");
  if (equalBytes(policyExtension(edited).data, policyExtension(policy).data)) return undefined;
  const why = refuseEdit(policy, edited, { account, roster }, (other) => roster.has(other));
  if (why !== undefined) throw new ConversationError("not-allowed", why);
  if (edit.kind !== "move") return { policy: edited };
  return { policy: edited, isAlone: true, ...(ownerSeed === undefined ? {} : { ownerSeed }) };
}

function wishToReplace(
  { roster, policy, account }: Situation,
  { invited, replaces }: Extract<Intent, { kind: "rejoin" }>,
): Wish | undefined {
  const { leafNode } = invited.keyPackage;
  const old = deviceOf(roster, invited.keyPackage);
  // Another member was faster.
  if (old !== undefined && (replaces === undefined || !equalBytes(old.leaf.encryptionKey, replaces))) return undefined;
  const { accountId } = readMember(leafNode);
  if (old === undefined && !roster.has(accountId) && !may(policy, roster, account, "add")) {
    throw new ConversationError("not-allowed");
  }
  return { add: [invited], ...(old === undefined ? {} : { remove: [old] }) };
}

function wishToRevoke({ context, roster, group }: Situation, chain: readonly Uint8Array[]): Wish | undefined {
  const accounts = roster.accounts.map((other) =>
    newestAccount(context.provider, other, { rosters: [roster], chains: [chain] }),
  );
  const remove = accounts.flatMap((newest) => {
    if (newest === undefined) return [];
    return roster.of(newest.accountId).filter(({ member }) => isRevoked(member, newest));
  });
  const others = remove.filter(({ leafIndex }) => leafIndex !== group.epoch.ownLeaf);
  return others.length === 0 ? undefined : { remove: others, chains: [chain] };
}

function deviceOf(roster: Roster, { leafNode }: Invited["keyPackage"]): RosterLeaf | undefined {
  const { accountId, deviceId } = readMember(leafNode);
  return roster.of(accountId).find(({ member }) => equalBytes(member.deviceId, deviceId));
}

interface Leavers {
  /** Self-removals of this epoch. */
  readonly references: readonly Uint8Array[];
  /** Members who said so in an earlier epoch. */
  readonly leaves: readonly RosterLeaf[];
}

function leaversOf(
  { mls }: ConversationContext,
  { leaving }: ConversationState,
  group: Group,
  { leaves }: Roster,
): Leavers {
  const references = selectReferences(mls, group);
  const bySelf = new Set(references.map((reference) => leafOf(group, reference)));
  const carried = leaves.filter(({ leafIndex, leaf }) => {
    const isOther = leafIndex !== group.epoch.ownLeaf && !bySelf.has(leafIndex);
    return isOther && leaving.some((key) => equalBytes(key, leaf.signatureKey));
  });
  return { references, leaves: carried };
}

function assemble(situation: Situation, wish: Wish, { references, leaves }: Leavers, now: bigint): Change {
  const { group, roster } = situation;
  const { add = [], chains, ownerSeed } = wish;
  const bySelf = new Set(references.map((reference) => leafOf(group, reference)));
  const removed = new Set([...(wish.remove ?? []), ...leaves].map(({ leafIndex }) => leafIndex));
  for (const leafIndex of bySelf) removed.delete(leafIndex);
  const isGone = ({ leafIndex }: RosterLeaf) => removed.has(leafIndex) || bySelf.has(leafIndex);
  const staying = roster.leaves.filter((leaf) => !isGone(leaf));
  if (staying.length + add.length > maxMembers) throw new ConversationError("too-many-members");
  const present = new Set(
    [...staying.map(({ member }) => member), ...add.map(({ keyPackage }) => readMember(keyPackage.leafNode))].map(
      ({ accountId }) => bytesKey(accountId),
    ),
  );
  const policy = pruned(wish.policy ?? situation.policy, (account) => present.has(bytesKey(account)));
  const proposals: Proposal[] = [
    ...[...removed].map((leafIndex) => ({ kind: "remove", removed: leafIndex }) as const),
    ...add.map(({ keyPackage }) => ({ kind: "add", keyPackage }) as const),
    ...(policy === situation.policy ? [] : [withPolicy(group.epoch.context.extensions, policy)]),
  ];
  return {
    proposals,
    references,
    invited: add,
    removes: removed.size + bySelf.size > 0,
    now,
    ...(chains === undefined ? {} : { chains }),
    ...(ownerSeed === undefined ? {} : { ownerSeed }),
  };
}

function leafOf(group: Group, reference: Uint8Array): number {
  const sender = group.proposals.get(bytesKey(reference))?.content.framed.sender;
  if (sender?.kind !== "member") throw new ConversationError("malformed", "a proposal from outside");
  return sender.leafIndex;
}

function withPolicy(extensions: Extensions, policy: Policy): Proposal {
  const changed = policyExtension(policy);
  return {
    kind: "group-context-extensions",
    extensions: extensions.map((extension) => (extension.type === redoubtExtension.policy ? changed : extension)),
  };
}
