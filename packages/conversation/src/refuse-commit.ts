import { equalBytes } from "@redoubt/base";
import { type Extensions, findExtension, type KeyPackage, type StagedCommit } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { refuseEdit } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import { readMember } from "./evidence.js";
import { admits, type Policy, readPolicy } from "./policy.js";
import { isRevoked, newestAccount } from "./revocation.js";
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

/** The group that a key package asks to be brought into anew; `undefined` for an ordinary one. */
export function rejoinedGroup({ extensions }: Pick<KeyPackage, "extensions">): Uint8Array | undefined {
  return findExtension(extensions, redoubtExtension.rejoin);
}

/**
 * What Redoubt allows a commit to do, beyond RFC 9420. Judged from the commit and the shared state alone, so that all
 * members come to the same answer.
 *
 * @returns the policy after it
 * @throws ConversationError `against-profile`; `malformed`; `unsupported-policy` if an owner has set rules that this
 *   version does not know
 */
export function checkCommit(context: ConversationContext, base: CommitBase, staged: StagedCommit): Policy {
  if (staged.isExternal) refuse("an external commit");
  if (!staged.hasPath) refuse("a commit without a path");
  for (const { proposal, sender, isByReference } of staged.proposals) {
    if (sender.kind !== "member") refuse("a proposal from outside");
    const isSelfRemoval = proposal.kind === "self-remove" && isByReference;
    const isPlain =
      proposal.kind === "add" || proposal.kind === "remove" || proposal.kind === "group-context-extensions";
    if (!isSelfRemoval && !(isPlain && !isByReference)) refuse(`a proposal of kind ${proposal.kind}`);
  }
  const sides = sidesOf(base, staged);
  const after = policyAfter(base, sides, staged);
  checkRemoved(context, base, sides, staged);
  checkAdded(context, base, sides);
  const why = refuseEdit(base.policy, after, { account: sides.actor, roster: base.roster }, (account) => {
    return sides.after.has(account);
  });
  if (why !== undefined) refuse(why);
  const isMove = after.home.moves !== base.policy.home.moves;
  if (isMove && staged.added.length + staged.removed.length > 0) refuse("a move that does something else as well");
  return after;
}

/** Who was there before the commit and who is there after it. */
interface Sides {
  /** The committer's account. */
  readonly actor: Uint8Array;
  readonly after: Roster;
  readonly added: readonly (RosterLeaf & { readonly keyPackage: KeyPackage })[];
}

function sidesOf({ roster }: CommitBase, staged: StagedCommit): Sides {
  const committer = roster.leaves.find(({ leafIndex }) => leafIndex === staged.committer);
  if (committer === undefined) return refuse("a committer who is no member");
  const packages = staged.proposals.flatMap(({ proposal }) => (proposal.kind === "add" ? [proposal.keyPackage] : []));
  const added = staged.added.map(({ leafIndex, leaf }, i) => {
    return { leafIndex, leaf, member: readMember(leaf), keyPackage: packages[i] as KeyPackage };
  });
  const gone = new Set(staged.removed.map(({ leafIndex }) => leafIndex));
  const renewed = new Map(staged.updated.map(({ leafIndex, leaf }) => [leafIndex, leaf]));
  const stayed = roster.leaves
    .filter(({ leafIndex }) => !gone.has(leafIndex))
    .map((old) => {
      const leaf = renewed.get(old.leafIndex);
      return leaf === undefined ? old : { leafIndex: old.leafIndex, leaf, member: readMember(leaf) };
    });
  return { actor: committer.member.accountId, after: new Roster([...stayed, ...added]), added };
}

/** Only the policy may change, and every list of extensions holds one. */
function policyAfter({ policy, roster, extensions }: CommitBase, { actor }: Sides, staged: StagedCommit): Policy {
  if (!staged.extensionsChanged) return policy;
  const others = (list: Extensions) => list.filter(({ type }) => type !== redoubtExtension.policy);
  const [before, after] = [others(extensions), others(staged.extensions)];
  const isSame =
    staged.extensions.length === extensions.length &&
    before.every(({ type, data }, i) => after[i]?.type === type && equalBytes(after[i].data, data));
  if (!isSame) refuse("another extension than the policy");
  try {
    return readPolicy(staged.extensions);
  } catch (error) {
    // Rules of a later version stop those who do not know it; only an owner may do that to them.
    const isUpgrade = error instanceof ConversationError && error.code === "unsupported-policy";
    if (isUpgrade && policy.kind === "group" && roleOf(policy, roster, actor) === "owner") throw error;
    return refuse("rules that cannot be read");
  }
}

function checkRemoved(context: ConversationContext, base: CommitBase, sides: Sides, staged: StagedCommit): void {
  const bySelf = new Set(
    staged.proposals.flatMap(({ proposal, sender }) => {
      return proposal.kind === "self-remove" && sender.kind === "member" ? [sender.leafIndex] : [];
    }),
  );
  for (const { leafIndex } of staged.removed) {
    const target = base.roster.leaves.find((other) => other.leafIndex === leafIndex);
    if (target === undefined || bySelf.has(leafIndex)) continue;
    if (!mayBeRemoved(context, base, sides, target)) refuse("a removal that is not allowed");
  }
}

function mayBeRemoved(context: ConversationContext, base: CommitBase, sides: Sides, target: RosterLeaf): boolean {
  const { accountId, deviceId } = target.member;
  if (equalBytes(accountId, sides.actor)) return true;
  if (base.leaving.some((key) => equalBytes(key, target.leaf.signatureKey))) return true;
  const isReplaced = sides.added.some(({ member, keyPackage }) => {
    const asked = rejoinedGroup(keyPackage);
    const isSame = equalBytes(member.accountId, accountId) && equalBytes(member.deviceId, deviceId);
    return isSame && asked !== undefined && equalBytes(asked, base.groupId);
  });
  if (isReplaced || mayRemove(base.policy, base.roster, sides.actor, accountId)) return true;
  const evidence = { rosters: [base.roster, sides.after], chains: base.chains };
  return isRevoked(target.member, newestAccount(context.provider, accountId, evidence));
}

function checkAdded(context: ConversationContext, base: CommitBase, { actor, after, added }: Sides): void {
  const { policy, roster } = base;
  for (const { member } of added) {
    const { accountId } = member;
    if (policy.kind === "direct" && !admits(policy, accountId)) refuse("an account that does not belong here");
    if (!roster.has(accountId) && !may(policy, roster, actor, "add")) refuse("adding is not allowed");
    const evidence = { rosters: [roster, after], chains: base.chains };
    if (isRevoked(member, newestAccount(context.provider, accountId, evidence))) refuse("a revoked device");
  }
}

function refuse(why: string): never {
  throw new ConversationError("against-profile", why);
}
