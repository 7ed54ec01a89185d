import { toHex } from "@redoubt/base";

/** Names an account in message ids: by its id, so that neither a new name nor a move changes them. */
export function accountUri(accountId: Uint8Array): string {
  return `redoubt:account/${toHex(accountId)}`;
}

/** Names a conversation in message ids: by its MLS group id, so that another log or relay changes none. */
export function roomUri(groupId: Uint8Array): string {
  return `redoubt:room/${toHex(groupId)}`;
}
