import { equalBytes } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";
import { type AccountState, IdentityError, verifyChain } from "@redoubt/identity";
import { hashingOf, type Member, readChain } from "./evidence.js";
import type { Roster } from "./roster.js";

/** Where the newest word on an account may stand: leaves, and chains that came along. */
export interface Evidence {
  readonly rosters: readonly Roster[];
  readonly chains: readonly (readonly Uint8Array[])[];
}

/**
 * The account by the longest chain that there is of it. Judged from bytes that all members have, so all come to the
 * same; of two of one length the first counts.
 *
 * @returns undefined where nothing is known of the account
 */
export function newestAccount(
  provider: CryptoProvider,
  account: Uint8Array,
  { rosters, chains }: Evidence,
): AccountState | undefined {
  const ofLeaves = rosters.flatMap((roster) => roster.of(account).map(({ leaf }) => readChain(leaf.extensions)));
  let newest: AccountState | undefined;
  for (const chain of [...ofLeaves, ...chains]) {
    if (newest !== undefined && chain.length <= newest.seq + 1) continue;
    const state = tryVerify(provider, chain);
    if (state !== undefined && equalBytes(state.accountId, account)) newest = state;
  }
  return newest;
}

function tryVerify(provider: CryptoProvider, chain: readonly Uint8Array[]): AccountState | undefined {
  try {
    return verifyChain(hashingOf(provider), chain);
  } catch (error) {
    // Chains that came along are anyone's.
    if (error instanceof IdentityError) return undefined;
    throw error;
  }
}

/** Whether a device is no longer its account's. */
export function isRevoked({ deviceId }: Pick<Member, "deviceId">, account: AccountState | undefined): boolean {
  return account !== undefined && !account.devices.some((device) => equalBytes(device.deviceId, deviceId));
}
