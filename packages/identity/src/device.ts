import { bytesKey, concatBytes, type Ed25519Sign, encodeCbor, equalBytes, type Sha256, utf8 } from "@redoubt/base";
import { IdentityError } from "./error.js";
import type { Hashing } from "./hashing.js";

/** The most devices that an account has at a time. */
export const maxDevices = 10;

const deviceIdLength = 16;
const proofDomain = utf8("redoubt/device/v1");

/** A device as an entry states it. */
export interface DeviceClaim {
  /** Ed25519 public key, 32 bytes: signs entries, MLS leaves and the named socket's proof. */
  readonly sigKey: Uint8Array;
  /** 16 bytes. */
  readonly inboxId: Uint8Array;
  /** By `sigKey`, 64 bytes: the device agrees to be of an account of this name, with this inbox. */
  readonly proof: Uint8Array;
}

/** A device of a verified chain. */
export interface Device extends DeviceClaim {
  /** First 16 bytes of SHA-256 of `sigKey`. Unique within an entry. */
  readonly deviceId: Uint8Array;
}

/** The id of the device with a signature key: the first 16 bytes of its SHA-256. */
export function deviceIdOf(sha256: Sha256, sigKey: Uint8Array): Uint8Array {
  return sha256(sigKey).slice(0, deviceIdLength);
}

/**
 * What a device hands over to be stated in an account's entries.
 *
 * @param sign by the private key of `sigKey` (32 bytes)
 * @param inboxId 16 random bytes, for this account alone
 */
export function proveDevice(username: string, sigKey: Uint8Array, inboxId: Uint8Array, sign: Ed25519Sign): DeviceClaim {
  return { sigKey, inboxId, proof: sign(proofContent(username, inboxId)) };
}

/** Devices in the order of an entry: by the bytes of their signature keys. */
export function sortDevices<D extends DeviceClaim>(devices: readonly D[]): readonly D[] {
  return devices.toSorted((a, b) => compareBytes(a.sigKey, b.sigKey));
}

/**
 * Verifies the device set of one entry: order, distinct keys, ids and inboxes, and each device's own proof.
 *
 * @param known devices that the same chain has stated before, whose proofs need no second verification
 * @throws IdentityError `devices-unsorted`, `duplicate-device`, `device-not-proved`
 */
export function verifyDevices(
  hashing: Hashing,
  { username, devices, recovery }: { username: string; devices: readonly DeviceClaim[]; recovery: Uint8Array },
  known: readonly Device[],
): readonly Device[] {
  for (const [index, device] of devices.entries()) {
    const previous = devices[index - 1];
    const order = previous === undefined ? -1 : compareBytes(previous.sigKey, device.sigKey);
    if (order === 0 || equalBytes(device.sigKey, recovery)) throw new IdentityError("duplicate-device");
    if (order > 0) throw new IdentityError("devices-unsorted");
  }
  requireDistinct(devices.map(({ inboxId }) => inboxId));
  const verified = devices.map((claim) => {
    return known.find((device) => isSameClaim(device, claim)) ?? verifyDevice(hashing, username, claim);
  });
  requireDistinct(verified.map(({ deviceId }) => deviceId));
  return verified;
}

/** Whether two claims are the same, byte by byte. */
export function isSameClaim(a: DeviceClaim, b: DeviceClaim): boolean {
  return equalBytes(a.sigKey, b.sigKey) && equalBytes(a.inboxId, b.inboxId) && equalBytes(a.proof, b.proof);
}

function verifyDevice(hashing: Hashing, username: string, claim: DeviceClaim): Device {
  if (!hashing.verify(claim.sigKey, proofContent(username, claim.inboxId), claim.proof)) {
    throw new IdentityError("device-not-proved");
  }
  return { ...claim, deviceId: deviceIdOf(hashing.sha256, claim.sigKey) };
}

function proofContent(username: string, inboxId: Uint8Array): Uint8Array {
  return concatBytes(proofDomain, encodeCbor([username, inboxId]));
}

function requireDistinct(ids: readonly Uint8Array[]): void {
  if (new Set(ids.map(bytesKey)).size !== ids.length) throw new IdentityError("duplicate-device");
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
