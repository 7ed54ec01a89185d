import { type ConversationState, type Intent, rosterOf } from "@redoubt/conversation";
import type { AccountState } from "@redoubt/identity";
import { hex } from "./hex.js";

/** What is to be done about devices that an account has revoked and that are still in a conversation. */
export function revocationIn(
  { group }: ConversationState,
  account: AccountState,
  chain: readonly Uint8Array[],
): Intent | undefined {
  if (group === undefined) return undefined;
  const known = new Set(account.devices.map(({ deviceId }) => hex(deviceId)));
  const leaves = rosterOf(group.epoch.tree).of(account.accountId);
  return leaves.some(({ member }) => !known.has(hex(member.deviceId))) ? { kind: "revoke", chain } : undefined;
}
