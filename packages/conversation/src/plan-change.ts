import { bytesKey, equalBytes } from "@redoubt/base";
import { type Extensions, type Group, type Proposal, selectReferences } from "@redoubt/mls";
import type { Change, Invited } from "./commit-change.js";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { editPolicy, pruned } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import { readMember } from "./evidence.js";
import type { Intent } from "./intent.js";
import { maxMembers } from "./mls-context.js";
import { type Policy, policyExtension, readPolicy } from "./policy.js";
import { type CommitBase, checkCommit, isLaterRequest } from "./refuse-commit.js";
import { rejoinedGroup } from "./rejoin.js";
import { KnownAccounts } from "./revocation.js";
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
  /** It is to be made even if it says nothing. */
  readonly isWanted?: boolean;
}

interface Situation {
  readonly context: ConversationContext;
  readonly group: Group;
  readonly roster: Roster;
  readonly policy: Policy;
  readonly leaving: readonly Uint8Array[];
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
  const { tree, context: groupContext } = group.epoch;
  const roster = rosterOf(tree);
  const policy = readPolicy(groupContext.extensions);
  const situation = { context, group, roster, policy, leaving: state.leaving };
  const wish = wishOf(situation, intent);
  if (wish === undefined) return undefined;
  const leavers = wish.isAlone ? { references: [], leaves: [] } : leaversOf(context, state, group, roster);
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
      return wishToReplace(situation, intent.invited);
    case "revoke":
      return wishToRevoke(situation, intent.chain);
    case "renew":
      return wishToRenew(situation, intent.replaces);
  }
}

function wishToAdd({ roster }: Situation, invited: readonly Invited[]): Wish | undefined {
  // Of two key packages of one device the first.
  const byDevice = new Map(invited.toReversed().map((one) => [bytesKey(one.keyPackage.leafNode.signatureKey), one]));
  const missing = invited.filter((one) => {
    const isFirst = byDevice.get(bytesKey(one.keyPackage.leafNode.signatureKey)) === one;
    return isFirst && deviceOf(roster, one.keyPackage) === undefined;
  });
  return missing.length === 0 ? undefined : { add: missing };
}

function wishToRemove({ roster, group }: Situation, accounts: readonly Uint8Array[]): Wish | undefined {
  const leaves = accounts.flatMap((account) => roster.of(account));
  const remove = leaves.filter(({ leafIndex }) => leafIndex !== group.epoch.ownLeaf);
  return remove.length === 0 ? undefined : { remove };
}

function wishToEdit(
  { roster, policy }: Situation,
  { edit, ownerSeed }: Extract<Intent, { kind: "edit" }>,
): Wish | undefined {
  const edited = editPolicy(policy, edit);
  if (edit.kind === "role" && !roster.has(edit.account)) throw new ConversationError("not-allowed", "no member");
  if (equalBytes(policyExtension(edited).data, policyExtension(policy).data)) return undefined;
  if (edit.kind !== "move") return { policy: edited };
  return { policy: edited, isAlone: true, ...(ownerSeed === undefined ? {} : { ownerSeed }) };
}

function wishToReplace({ roster, group }: Situation, invited: Invited): Wish | undefined {
  const { keyPackage } = invited;
  const { groupId } = group.epoch.context;
  const asked = rejoinedGroup(keyPackage);
  // Only the devices of members come back without being asked about.
  const isMember = roster.has(readMember(keyPackage.leafNode).accountId);
  if (asked === undefined || !equalBytes(asked, groupId) || !isMember) throw new ConversationError("not-allowed");
  const old = deviceOf(roster, keyPackage);
  if (old === undefined) return { add: [invited] };
  // Another member was faster, or the request is one from before.
  if (!isLaterRequest(groupId, old.leaf, keyPackage.leafNode)) return undefined;
  // It is our own: we are here.
  return old.leafIndex === group.epoch.ownLeaf ? undefined : { add: [invited], remove: [old] };
}

function wishToRevoke({ context, roster, group }: Situation, chain: readonly Uint8Array[]): Wish | undefined {
  const [genesis] = chain;
  const known = new KnownAccounts(context.provider, { rosters: [roster], chains: [chain] });
  const leaves = genesis === undefined ? [] : roster.of(context.provider.hash("SHA-256", genesis));
  const remove = leaves.filter(({ leafIndex, member }) => {
    return leafIndex !== group.epoch.ownLeaf && known.isRevokedSince(member);
  });
  return remove.length === 0 ? undefined : { remove, chains: [chain] };
}

function wishToRenew({ roster, group }: Situation, replaces: Uint8Array): Wish | undefined {
  const own = roster.leaves.find(({ leafIndex }) => leafIndex === group.epoch.ownLeaf);
  return own !== undefined && equalBytes(own.leaf.encryptionKey, replaces) ? { isWanted: true } : undefined;
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
  const extensions = policy === situation.policy ? undefined : withPolicy(group.epoch.context.extensions, policy);
  const proposals: Proposal[] = [
    ...[...removed].map((leafIndex) => ({ kind: "remove", removed: leafIndex }) as const),
    ...add.map(({ keyPackage }) => ({ kind: "add", keyPackage }) as const),
    ...(extensions === undefined ? [] : [{ kind: "group-context-extensions", extensions } as const]),
  ];
  const change: Change = {
    proposals,
    references,
    invited: add,
    removes: removed.size + bySelf.size > 0,
    now,
    ...(chains === undefined ? {} : { chains }),
    ...(ownerSeed === undefined ? {} : { ownerSeed }),
  };
  refuse(situation, change, { proposals, extensions, removed: roster.leaves.filter(isGone), bySelf });
  return change;
}

/** Judges a plan as everybody will judge the commit: none is sent that others refuse, with a write key of its own. */
function refuse(
  { context, group, roster, policy, leaving }: Situation,
  { chains = [] }: Change,
  plan: {
    readonly proposals: readonly Proposal[];
    readonly extensions: Extensions | undefined;
    readonly removed: readonly RosterLeaf[];
    readonly bySelf: ReadonlySet<number>;
  },
): void {
  const { ownLeaf, context: groupContext } = group.epoch;
  const { groupId, extensions } = groupContext;
  const base: CommitBase = { groupId, roster, extensions, policy, leaving, chains };
  const sentBy = (leafIndex: number) => ({ kind: "member", leafIndex }) as const;
  const byValue = plan.proposals.map((proposal) => ({ proposal, sender: sentBy(ownLeaf), isByReference: false }));
  const byReference = [...plan.bySelf].map((leafIndex) => {
    return { proposal: { kind: "self-remove" } as const, sender: sentBy(leafIndex), isByReference: true };
  });
  try {
    checkCommit(context, base, {
      isExternal: false,
      hasPath: true,
      committer: ownLeaf,
      proposals: [...byReference, ...byValue],
      // Where they will stand is not judged.
      added: plan.proposals.flatMap((proposal) => {
        return proposal.kind === "add" ? [{ leafIndex: -1, leaf: proposal.keyPackage.leafNode }] : [];
      }),
      removed: plan.removed,
      updated: [],
      extensions: plan.extensions ?? extensions,
      extensionsChanged: plan.extensions !== undefined,
    });
  } catch (error) {
    if (!(error instanceof ConversationError) || error.code !== "against-profile") throw error;
    throw new ConversationError("not-allowed", undefined, error);
  }
}

function leafOf(group: Group, reference: Uint8Array): number {
  const sender = group.proposals.get(bytesKey(reference))?.content.framed.sender;
  if (sender?.kind !== "member") throw new ConversationError("malformed", "a proposal from outside");
  return sender.leafIndex;
}

function withPolicy(extensions: Extensions, policy: Policy): Extensions {
  const changed = policyExtension(policy);
  return extensions.map((extension) => (extension.type === redoubtExtension.policy ? changed : extension));
}
