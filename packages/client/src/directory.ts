import { equalBytes } from "@redoubt/base";
import { type ConversationContext, hashingOf, type Invited, readMember } from "@redoubt/conversation";
import { type AccountState, isUsername, verifyChain } from "@redoubt/identity";
import { RelayError, type Session } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { ClientError } from "./error.js";
import { parseKeyPackage } from "./key-packages.js";

/** An account as the directory gives it, verified. */
export interface FoundAccount {
  readonly account: AccountState;
  readonly chain: readonly Uint8Array[];
}

/**
 * Looks a name up.
 *
 * @throws ClientError `bad-username`, `wrong-account`; RelayError `unknown-user`; IdentityError for a chain that does
 * not verify
 */
export async function lookUp(
  { provider }: ConversationContext,
  session: Session<AnonymousOp>,
  username: string,
): Promise<FoundAccount> {
  if (!isUsername(username)) throw new ClientError("bad-username");
  const [chain] = await session.request("lookup", [username]);
  const account = verifyChain(hashingOf(provider), chain);
  if (account.username !== username) throw new ClientError("wrong-account");
  return { account, chain };
}

/**
 * Whether there is an account of this name.
 *
 * @throws ClientError `bad-username`; RelayError, TransportError
 */
export async function isNameTaken(session: Session<AnonymousOp>, username: string): Promise<boolean> {
  if (!isUsername(username)) throw new ClientError("bad-username");
  try {
    await session.request("lookup", [username]);
    return true;
  } catch (error) {
    if (error instanceof RelayError && error.code === "unknown-user") return false;
    throw error;
  }
}

/**
 * Takes a key package for each device of an account.
 *
 * @param except a device to leave out: the one that asks
 * @throws ClientError `wrong-account`; MlsError for a key package that is not one
 */
export async function takeKeyPackages(
  session: Session<AnonymousOp>,
  account: AccountState,
  except?: Uint8Array,
): Promise<readonly (Invited & { readonly deviceId: Uint8Array })[]> {
  const taken = await session.request("take-key-packages", [account.accountId]);
  const others = taken.filter(([deviceId]) => except === undefined || !equalBytes(deviceId, except));
  return others.map(([deviceId, bytes]) => {
    const keyPackage = parseKeyPackage(bytes);
    const device = account.devices.find((other) => equalBytes(other.deviceId, deviceId));
    const member = readMember(keyPackage.leafNode);
    const isTheirs =
      device !== undefined &&
      equalBytes(member.accountId, account.accountId) &&
      equalBytes(keyPackage.leafNode.signatureKey, device.sigKey);
    if (!isTheirs) throw new ClientError("wrong-account", "a key package of another device");
    return { inboxId: device.inboxId, keyPackage, deviceId };
  });
}
