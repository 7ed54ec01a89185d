import type { GroupInfo, GroupPermissions, MemberRole } from "@redoubt/client";

/** Who may do more has the higher rank. */
export const ranks: Readonly<Record<MemberRole, number>> = { member: 0, admin: 1, owner: 2 };

export function roleOf(group: GroupInfo, username: string): MemberRole | undefined {
  return group.members.find((member) => member.username === username)?.role;
}

/** Whether a member may do this, by the group's rules. */
export function may(group: GroupInfo | undefined, username: string, what: keyof GroupPermissions): boolean {
  const role = group && roleOf(group, username);
  const needed = group?.permissions?.[what];
  return role !== undefined && needed !== undefined && ranks[role] >= ranks[needed];
}
