import { type CborValue, encodeCbor, equalBytes } from "@redoubt/base";
import { compareBytes } from "./compare-bytes.js";
import { ConversationError } from "./error.js";
import type { GroupPolicy, Permissions, Policy, Role, RoleGrant } from "./policy.js";
import { may, roleOf } from "./roles.js";
import type { Roster } from "./roster.js";

/** A wish to change the rules. It is applied to whatever the rules are when it is committed. */
export type PolicyEdit =
  | { readonly kind: "info"; readonly title?: string; readonly description?: string; readonly avatar?: Uint8Array }
  | { readonly kind: "role"; readonly account: Uint8Array; readonly role: Role }
  | { readonly kind: "permissions"; readonly permissions: Partial<Permissions> }
  | { readonly kind: "pin"; readonly message: Uint8Array; readonly isPinned: boolean }
  | { readonly kind: "rules"; readonly disappearing?: number; readonly receipts?: boolean; readonly typing?: boolean }
  /** To a log on this relay; the count of moves that it is to be, so that one wish moves once. */
  | { readonly kind: "move"; readonly relay: string; readonly moves: number };

/**
 * The rules with a wish granted.
 *
 * @throws ConversationError `not-a-group` for what a direct conversation does not have
 */
export function editPolicy(policy: Policy, edit: PolicyEdit): Policy {
  switch (edit.kind) {
    case "rules": {
      const { disappearing, receipts, typing } = edit;
      return {
        ...policy,
        disappearing: disappearing ?? policy.disappearing,
        receipts: receipts ?? policy.receipts,
        typing: typing ?? policy.typing,
      };
    }
    case "move":
      if (policy.home.moves >= edit.moves) return policy;
      return { ...policy, home: { relay: edit.relay, moves: edit.moves } };
    default:
      if (policy.kind !== "group") throw new ConversationError("not-a-group");
      return editGroup(policy, edit);
  }
}

function editGroup(policy: GroupPolicy, edit: Exclude<PolicyEdit, { kind: "rules" | "move" }>): GroupPolicy {
  switch (edit.kind) {
    case "info": {
      const { title, description, avatar } = edit;
      return {
        ...policy,
        title: title ?? policy.title,
        description: description ?? policy.description,
        avatar: avatar ?? policy.avatar,
      };
    }
    case "role":
      return { ...policy, grants: withGrant(policy.grants, edit.account, edit.role) };
    case "permissions":
      return { ...policy, permissions: { ...policy.permissions, ...edit.permissions } };
    case "pin": {
      const others = policy.pinned.filter((id) => !equalBytes(id, edit.message));
      const isPinned = others.length < policy.pinned.length;
      if (isPinned === edit.isPinned) return policy;
      return { ...policy, pinned: edit.isPinned ? [...others, edit.message] : others };
    }
  }
}

function withGrant(grants: readonly RoleGrant[], account: Uint8Array, role: Role): readonly RoleGrant[] {
  const others = grants.filter((grant) => !equalBytes(grant.account, account));
  if (role === "member") return others;
  return [...others, { account, role }].sort((a, b) => compareBytes(a.account, b.account));
}

/** The rules without the roles of those who are gone: who comes back, comes back as a member. */
export function pruned(policy: Policy, isPresent: (account: Uint8Array) => boolean): Policy {
  if (policy.kind === "direct") return policy;
  const grants = policy.grants.filter(({ account }) => isPresent(account));
  return grants.length === policy.grants.length ? policy : { ...policy, grants };
}

/** What a change of rules does that is not allowed; `undefined` if nothing is. */
export function refuseEdit(
  before: Policy,
  after: Policy,
  by: { readonly account: Uint8Array; readonly roster: Roster },
  isPresent: (account: Uint8Array) => boolean,
): string | undefined {
  if (before.kind !== after.kind) return "a conversation does not change its kind";
  const { account, roster } = by;
  const isOwner = roleOf(before, roster, account) === "owner";
  const isMoved = !same([before.home.relay, before.home.moves], [after.home.relay, after.home.moves]);
  if (isMoved && after.home.moves !== before.home.moves + 1) return "a move is counted by one";
  if (isMoved && !isOwner) return "moving is for owners";
  if (before.kind === "direct" || after.kind === "direct") {
    if (before.kind !== "direct" || after.kind !== "direct") return "a conversation does not change its kind";
    return same([...before.accounts], [...after.accounts])
      ? undefined
      : "a direct conversation stays with its accounts";
  }
  if (!after.grants.every((grant) => isPresent(grant.account))) return "a role of someone who is not there";
  const kept = pruned(before, isPresent) as GroupPolicy;
  if (!same(grantsOf(kept), grantsOf(after)) && !isOwner) return "roles are for owners to give";
  if (!same(permissionsOf(before), permissionsOf(after)) && !isOwner) return "permissions are for owners";
  if (!same([...before.pinned], [...after.pinned]) && !may(before, roster, account, "pin")) return "pinning";
  if (!same(infoOf(before), infoOf(after)) && !may(before, roster, account, "info")) return "information";
  return undefined;
}

function grantsOf({ grants }: GroupPolicy) {
  return grants.map(({ account, role }) => [account, role]);
}

function infoOf({ title, description, avatar, disappearing, receipts, typing }: GroupPolicy) {
  return [title, description, avatar, disappearing, receipts, typing];
}

function permissionsOf({ permissions: { add, remove, info, post, pin } }: GroupPolicy) {
  return [add, remove, info, post, pin];
}

function same(a: CborValue, b: CborValue): boolean {
  return equalBytes(encodeCbor(a), encodeCbor(b));
}
