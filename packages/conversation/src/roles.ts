import { equalBytes } from "@redoubt/base";
import { type Permissions, type Policy, type Role, roles } from "./policy.js";
import type { Roster } from "./roster.js";

/**
 * The role that an account has. A group whose owners have all gone belongs to its admins, and one without those to all:
 * no group is left that nobody can manage. Follows from shared state alone.
 */
export function roleOf(policy: Policy, roster: Roster, account: Uint8Array): Role {
  if (policy.kind === "direct") return "owner";
  const granted = policy.grants.find((grant) => equalBytes(grant.account, account))?.role ?? "member";
  const isHeld = (role: Role) => policy.grants.some((grant) => grant.role === role && roster.has(grant.account));
  if (isHeld("owner")) return granted;
  return granted === "admin" || !isHeld("admin") ? "owner" : "member";
}

/** Whether a role is at least another. */
function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Whether an account may do something that the policy leaves to a role. */
export function may(policy: Policy, roster: Roster, account: Uint8Array, what: keyof Permissions): boolean {
  if (policy.kind === "direct") return true;
  return isAtLeast(roleOf(policy, roster, account), policy.permissions[what]);
}

/** Whether one account may put another out: owners anyone, others whoever stands below them. */
export function mayRemove(policy: Policy, roster: Roster, account: Uint8Array, target: Uint8Array): boolean {
  if (policy.kind === "direct") return false;
  const [own, theirs] = [roleOf(policy, roster, account), roleOf(policy, roster, target)];
  if (own === "owner") return true;
  return may(policy, roster, account, "remove") && !isAtLeast(theirs, own);
}
