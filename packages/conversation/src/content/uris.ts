import { toHex } from "@redoubt/base";

const accountPrefix = "redoubt:account/";

/** Names an account in message ids: by its id, so that neither a new name nor a move changes them. */
export function accountUri(accountId: Uint8Array): string {
  return `${accountPrefix}${toHex(accountId)}`;
}

/** The account id of such a URI, or `undefined` for any other. */
export function readAccountUri(uri: string): Uint8Array | undefined {
  const digits = uri.startsWith(accountPrefix) ? uri.slice(accountPrefix.length) : "";
  if (!/^[0-9a-f]{64}$/.test(digits)) return undefined;
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Names a conversation in message ids: by its MLS group id, so that another log or relay changes none. */
export function roomUri(groupId: Uint8Array): string {
  return `redoubt:room/${toHex(groupId)}`;
}
