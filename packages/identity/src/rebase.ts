import { equalBytes } from "@redoubt/base";
import type { AccountState } from "./chain.js";
import { type Device, type DeviceClaim, deviceIdOf, isSameClaim, maxDevices, sortDevices } from "./device.js";
import { IdentityError } from "./error.js";
import type { Hashing } from "./hashing.js";

/**
 * What somebody wants of the device set. Kept until it is done; applied anew to the newest entry whenever another
 * device was first. A whole set is never kept: submitted again it would undo what the other did.
 */
export type DeviceIntent =
  | { readonly kind: "add"; readonly device: DeviceClaim }
  /** `deviceId`: 16 bytes. */
  | { readonly kind: "revoke"; readonly deviceId: Uint8Array };

/**
 * Applies intents, in order, to the newest state of an account. Adding a device that is there and revoking one that is
 * not are done already.
 *
 * @returns the devices of the next entry, sorted; undefined if there is nothing to do
 * @throws IdentityError `duplicate-device` (another device holds that key or inbox), `too-many-devices`, `no-device`
 */
export function rebase(
  { sha256 }: Pick<Hashing, "sha256">,
  account: Pick<AccountState, "devices">,
  intents: readonly DeviceIntent[],
): readonly Device[] | undefined {
  let devices = account.devices;
  for (const intent of intents) {
    devices =
      intent.kind === "add"
        ? add(devices, { ...intent.device, deviceId: deviceIdOf(sha256, intent.device.sigKey) })
        : devices.filter(({ deviceId }) => !equalBytes(deviceId, intent.deviceId));
  }
  if (isSameSet(devices, account.devices)) return undefined;
  if (devices.length === 0) throw new IdentityError("no-device");
  if (devices.length > maxDevices) throw new IdentityError("too-many-devices");
  return sortDevices(devices);
}

function add(devices: readonly Device[], added: Device): readonly Device[] {
  if (devices.some((device) => isSameClaim(device, added))) return devices;
  const isTaken = devices.some(
    (device) => equalBytes(device.sigKey, added.sigKey) || equalBytes(device.inboxId, added.inboxId),
  );
  if (isTaken) throw new IdentityError("duplicate-device");
  return [...devices, added];
}

function isSameSet(a: readonly Device[], b: readonly Device[]): boolean {
  return a.length === b.length && a.every((device) => b.some((other) => isSameClaim(device, other)));
}
