import { asSecret, decodeCbor, encodeCbor, type Secret } from "@redoubt/base";
import { type ConversationContext, deviceIdentity, hashingOf, keyPairOfSeed } from "@redoubt/conversation";
import type { KeyPair } from "@redoubt/crypto";
import { type AccountState, type Device, verifyChain } from "@redoubt/identity";
import type { ClientIdentity } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { DeviceIdentity } from "@redoubt/transport";
import { ClientError } from "./error.js";

/** This device of our account. */
export interface OwnDevice {
  readonly account: AccountState;
  /** Signed entries, from the genesis on. */
  readonly chain: readonly Uint8Array[];
  readonly device: Device;
  readonly keys: KeyPair;
}

/** What the store keeps of the device: the seed of its signature key, 32 bytes. */
export function encodeDeviceKeys(seed: Uint8Array): Secret {
  return asSecret(encodeCbor([1, seed]));
}

function decodeDeviceKeys(bytes: Secret): Uint8Array {
  const value = decodeCbor(bytes);
  const [version, seed] = Array.isArray(value) ? value : [];
  if (version !== 1 || !(seed instanceof Uint8Array) || seed.length !== 32) throw new ClientError("not-registered");
  return seed;
}

/** @throws ClientError `not-registered` */
export function loadOwnDevice(context: ConversationContext, store: Store): OwnDevice {
  const stored = store.account.get();
  if (stored === undefined) throw new ClientError("not-registered");
  const chain = store.account.entries();
  const account = verifyChain(hashingOf(context.provider), chain);
  const keys = keyPairOfSeed(context, decodeDeviceKeys(stored.deviceKeys));
  const device = account.devices.find(({ sigKey }) => sigKey.every((byte, i) => byte === keys.publicKey[i]));
  if (device === undefined) throw new ClientError("not-registered", "the device was revoked");
  return { account, chain, device, keys };
}

/** What the device says of itself in MLS. */
export function mlsIdentity({ account, chain, device, keys }: OwnDevice): ClientIdentity {
  return deviceIdentity(account, chain, device, keys);
}

/** What proves the device to its relay. */
export function relayIdentity(context: ConversationContext, { account, keys }: OwnDevice): DeviceIdentity {
  return {
    accountId: account.accountId,
    sigKey: keys.publicKey,
    sign: (message) => context.provider.signatures.Ed25519.sign(keys.privateKey, message),
  };
}
