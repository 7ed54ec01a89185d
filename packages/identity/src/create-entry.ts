import type { Ed25519Sign } from "@redoubt/base";
import { type AccountState, extendChain, verifyChain } from "./chain.js";
import { type DeviceClaim, sortDevices } from "./device.js";
import { type EntryBody, encodeEntry } from "./entry.js";
import { IdentityError } from "./error.js";
import type { Hashing } from "./hashing.js";
import { type DeviceIntent, rebase } from "./rebase.js";
import { isUsername } from "./username.js";

/** A key that signs entries: a device's, or the recovery key. */
export interface Signer {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: Ed25519Sign;
}

/** What an entry after the first changes. The device set is changed by intents alone. */
export type EntryChange =
  | { readonly kind: "devices"; readonly intents: readonly DeviceIntent[] }
  /** `recovery`: the new recovery key's public key, 32 bytes. */
  | { readonly kind: "recovery"; readonly recovery: Uint8Array; readonly intents: readonly DeviceIntent[] }
  /** `target`: the origin of the new relay; the intents bring in devices with inboxes there. */
  | { readonly kind: "move"; readonly target: string; readonly intents: readonly DeviceIntent[] }
  | { readonly kind: "tombstone" };

/** A signed entry that has been verified as everybody else will verify it, and the account after it. */
export interface CreatedEntry {
  readonly entry: Uint8Array;
  readonly account: AccountState;
}

/**
 * Makes an account.
 *
 * @param genesis.devices 1 to 10, in any order
 * @param genesis.recovery the recovery key, which signs the genesis and is stated in it
 * @param genesis.day today, in days since 1970-01-01
 * @throws IdentityError as `verifyChain`
 */
export function createGenesis(
  hashing: Hashing,
  genesis: {
    readonly username: string;
    readonly devices: readonly DeviceClaim[];
    readonly recovery: Signer;
    readonly day: number;
  },
): CreatedEntry {
  const { username, recovery, day } = genesis;
  if (!isUsername(username)) throw new IdentityError("bad-username");
  const devices = sortDevices(genesis.devices);
  const body: EntryBody = {
    type: "genesis",
    seq: 0,
    prev: null,
    username,
    devices,
    recovery: recovery.publicKey,
    day,
    target: null,
  };
  const entry = encodeEntry(body, recovery.publicKey, recovery.sign);
  return { entry, account: verifyChain(hashing, [entry]) };
}

/**
 * Makes the next entry of an account.
 *
 * @param next.account the newest state that is known; if the relay has a newer one, call again with that
 * @param next.day today, in days since 1970-01-01; a clock that is behind the newest entry is brought up to it
 * @throws IdentityError `nothing-to-do` if the devices already are as intended; else as `rebase` and `extendChain`
 */
export function createEntry(
  hashing: Hashing,
  next: {
    readonly account: AccountState;
    readonly change: EntryChange;
    readonly signer: Signer;
    readonly day: number;
  },
): CreatedEntry {
  const { account, change, signer, day } = next;
  const body: EntryBody = {
    type: change.kind,
    seq: account.seq + 1,
    prev: account.head,
    username: account.username,
    devices: devicesAfter(hashing, account, change),
    recovery: change.kind === "recovery" ? change.recovery : account.recovery,
    day: Math.max(day, account.day),
    target: change.kind === "move" ? change.target : null,
  };
  const entry = encodeEntry(body, signer.publicKey, signer.sign);
  return { entry, account: extendChain(hashing, account, entry) };
}

function devicesAfter(hashing: Hashing, account: AccountState, change: EntryChange): readonly DeviceClaim[] {
  if (change.kind === "tombstone") return [];
  const devices = rebase(hashing, account, change.intents);
  if (devices === undefined && change.kind === "devices") throw new IdentityError("nothing-to-do");
  return devices ?? account.devices;
}
