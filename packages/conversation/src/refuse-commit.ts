import { equalBytes } from "@redoubt/base";
import type { Extensions, LeafNode, StagedCommit } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { refuseEdit } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import { type Member, readMember } from "./evidence.js";
import { admits, type Policy, readPolicy } from "./policy.js";
import { rejoinNumber } from "./rejoin.js";
import { isSameBranch, KnownAccounts } from "./revocation.js";
import { may, mayRemove, roleOf } from "./roles.js";
import { Roster, type RosterLeaf } from "./roster.js";

/** The shared state that a commit is judged against. */
export interface CommitBase {
  readonly groupId: Uint8Array;
  readonly roster: Roster;
  readonly extensions: Extensions;
  readonly policy: Policy;
  readonly leaving: readonly Uint8Array[];
  /** Chains that the commit brings along. */
  readonly chains: readonly (readonly Uint8Array[])[];
}

/** What of a commit is judged: one that was staged, or one that is only planned. */
export type CommitView = Pick<
  StagedCommit,
  | "isExternal"
  | "hasPath"
  | "committer"
  | "proposals"
  | "added"
  | "removed"
  | "updated"
  | "extensions"
  | "extensionsChanged"
>;

/**
 * What Redoubt allows a commit to do, beyond RFC 9420. Judged from the commit and the shared state alone, so that all
 * members come to the same answer.
 *
 * @returns the policy after it
 * @throws ConversationError `against-profile`; `malformed`; `unsupported-policy` if an owner has set rules that this
 *   version does not know
 */
export function checkCommit(context: ConversationContext, base: CommitBase, commit: CommitView): Policy {
  if (commit.isExternal) refuse("an external commit");
  if (!commit.hasPath) refuse("a commit without a path");
  for (const { proposal, sender, isByReference } of commit.proposals) {
    if (sender.kind !== "member") refuse("a proposal from outside");
    const isSelfRemoval = proposal.kind === "self-remove" && isByReference;
    const isPlain =
      proposal.kind === "add" || proposal.kind === "remove" || proposal.kind === "group-context-extensions";
    if (!isSelfRemoval && !(isPlain && !isByReference)) refuse(`a proposal of kind ${proposal.kind}`);
  }
  for (const { before, leaf } of commit.updated) {
    const isKept = rejoinNumber(before, base.groupId) === rejoinNumber(leaf, base.groupId);
    if (!isKept) refuse("a leaf that forgets when it came back");
    if (!isSameBranch(before, leaf)) refuse("a leaf that changes to another branch of its account");
  }
  const sides = sidesOf(context, base, commit);
  const after = policyAfter(base, sides, commit);
  checkRemoved(base, sides, commit);
  checkAdded(base, sides);
  const why = refuseEdit(base.policy, after, { account: sides.actor, roster: base.roster }, (account) => {
    return sides.after.has(account);
  });
  if (why !== undefined) refuse(why);
  const isMove = after.home.moves !== base.policy.home.moves;
  if (isMove && commit.added.length + commit.removed.length > 0) refuse("a move that does something else as well");
  return after;
}

/** Who was there before the commit and who is there after it. */
interface Sides {
  /** The committer's account. */
  readonly actor: Uint8Array;
  /** Whose leaves the commit does not remove. */
  readonly stayed: Roster;
  readonly after: Roster;
  readonly added: readonly RosterLeaf[];
  readonly removed: readonly RosterLeaf[];
  readonly known: KnownAccounts;
}

function sidesOf({ provider }: ConversationContext, { roster, chains }: CommitBase, commit: CommitView): Sides {
  const committer = roster.leaves.find(({ leafIndex }) => leafIndex === commit.committer);
  if (committer === undefined) return refuse("a committer who is no member");
  const toRosterLeaf = ({ leafIndex, leaf }: { leafIndex: number; leaf: LeafNode }): RosterLeaf => {
    return { leafIndex, leaf, member: readMember(leaf) };
  };
  const added = commit.added.map(toRosterLeaf);
  const gone = new Set(commit.removed.map(({ leafIndex }) => leafIndex));
  const renewed = new Map(commit.updated.map((change) => [change.leafIndex, change]));
  const stayed = roster.leaves
    .filter(({ leafIndex }) => !gone.has(leafIndex))
    .map((old) => {
      const change = renewed.get(old.leafIndex);
      return change === undefined ? old : toRosterLeaf(change);
    });
  const after = new Roster([...stayed, ...added]);
  return {
    actor: committer.member.accountId,
    stayed: new Roster(stayed),
    after,
    added,
    removed: roster.leaves.filter(({ leafIndex }) => gone.has(leafIndex)),
    known: new KnownAccounts(provider, { rosters: [roster, after], chains }),
  };
}

/** Only the policy may change, and every list of extensions holds one. */
function policyAfter({ policy, roster, extensions }: CommitBase, { actor }: Sides, commit: CommitView): Policy {
  if (!commit.extensionsChanged) return policy;
  const others = (list: Extensions) => list.filter(({ type }) => type !== redoubtExtension.policy);
  const [before, after] = [others(extensions), others(commit.extensions)];
  const isSame =
    commit.extensions.length === extensions.length &&
    after.length === before.length &&
    before.every(({ type, data }, i) => after[i]?.type === type && equalBytes(after[i].data, data));
  if (!isSame) refuse("another extension than the policy");
  try {
    return readPolicy(commit.extensions);
  } catch (error) {
    // Rules of a later version stop those who do not know it; only an owner may do that to them.
    const isUpgrade = error instanceof ConversationError && error.code === "unsupported-policy";
    if (isUpgrade && policy.kind === "group" && roleOf(policy, roster, actor) === "owner") throw error;
    return refuse("rules that cannot be read");
  }
}

function checkRemoved(base: CommitBase, sides: Sides, commit: CommitView): void {
  const bySelf = new Set(
    commit.proposals.flatMap(({ proposal, sender }) => {
      return proposal.kind === "self-remove" && sender.kind === "member" ? [sender.leafIndex] : [];
    }),
  );
  for (const target of sides.removed) {
    const isLeaving = base.leaving.some((key) => equalBytes(key, target.leaf.signatureKey));
    // A self-removal counts from where it stands in the log; its sender knows it before.
    if (bySelf.has(target.leafIndex) && !isLeaving) refuse("a self-removal that was not in the log");
    if (!isLeaving && !mayBeRemoved(base, sides, target)) refuse("a removal that is not allowed");
  }
}

function mayBeRemoved({ policy, roster, groupId }: CommitBase, sides: Sides, target: RosterLeaf): boolean {
  const { accountId } = target.member;
  return (
    equalBytes(accountId, sides.actor) ||
    mayRemove(policy, roster, sides.actor, accountId) ||
    sides.added.some((added) => replaces(groupId, target, added)) ||
    sides.known.isRevokedSince(target.member)
  );
}

/** Whether a device has asked for its leaf to be replaced by this one, later than for the one that is there. */
function replaces(groupId: Uint8Array, old: RosterLeaf, added: RosterLeaf): boolean {
  return isSameDevice(old.member, added.member) && isLaterRequest(groupId, old.leaf, added.leaf);
}

/** Whether a leaf asks for a return into the group that the other does not know of. */
export function isLaterRequest(
  groupId: Uint8Array,
  old: Pick<LeafNode, "extensions">,
  asking: Pick<LeafNode, "extensions">,
): boolean {
  return rejoinNumber(asking, groupId) > rejoinNumber(old, groupId);
}

function isSameDevice(a: Member, b: Member): boolean {
  return equalBytes(a.accountId, b.accountId) && equalBytes(a.deviceId, b.deviceId);
}

function checkAdded({ policy, roster, groupId }: CommitBase, sides: Sides): void {
  const { actor, stayed, added, removed, known } = sides;
  for (const newcomer of added) {
    const { accountId } = newcomer.member;
    if (policy.kind === "direct" && !admits(policy, accountId)) refuse("an account that does not belong here");
    const isMember = stayed.has(accountId) || removed.some((old) => replaces(groupId, old, newcomer));
    if (!isMember && !may(policy, roster, actor, "add")) refuse("adding is not allowed");
    if (known.isRevoked(newcomer.member)) refuse("a revoked device");
    const isOfBranch = stayed.of(accountId).every(({ leaf }) => isSameBranch(leaf, newcomer.leaf));
    if (!isOfBranch) refuse("a device of another branch of the account");
  }
}

function refuse(why: string): never {
  throw new ConversationError("against-profile", why);
}
