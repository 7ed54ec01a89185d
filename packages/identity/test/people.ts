import {
  type AccountState,
  type CreatedEntry,
  createEntry,
  createGenesis,
  type DeviceClaim,
  type DeviceIntent,
  deviceIdOf,
  type EntryChange,
  proveDevice,
  type Signer,
} from "../src/index.js";
import { hashing, numberedSigner } from "./node-hashing.js";

/** A device of the tests: its key, and what the chain states of it. */
export interface TestDevice {
  readonly signer: Signer;
  readonly claim: DeviceClaim;
  readonly deviceId: Uint8Array;
}

/** Device number `n` of the tests, for an account of a name. */
export function numberedDevice(n: number, username = "alice"): TestDevice {
  const signer = numberedSigner("device", n);
  const inboxId = hashing.sha256(Buffer.from(`inbox ${n}`)).slice(0, 16);
  const claim = proveDevice(username, signer.publicKey, inboxId, signer.sign);
  return { signer, claim, deviceId: deviceIdOf(hashing.sha256, signer.publicKey) };
}

/** Recovery key number `n` of the tests. */
export function numberedRecovery(n: number): Signer {
  return numberedSigner("recovery", n);
}

export const adding = (device: TestDevice): DeviceIntent => ({ kind: "add", device: device.claim });
export const revoking = ({ deviceId }: TestDevice): DeviceIntent => ({ kind: "revoke", deviceId });
export const devicesChange = (...intents: DeviceIntent[]): EntryChange => ({ kind: "devices", intents });

/** An account whose chain is in `entries`, with recovery key 0. */
export interface Person {
  readonly entries: readonly Uint8Array[];
  readonly account: AccountState;
}

/** A new account with these devices, on day 20,000. */
export function newPerson(devices: readonly TestDevice[] = [numberedDevice(0)], username = "alice"): Person {
  const claims = devices.map(({ claim }) => claim);
  return after([], createGenesis(hashing, { username, devices: claims, recovery: numberedRecovery(0), day: 20_000 }));
}

/** The account after one more change, on the day of its newest entry unless told. */
export function changed(person: Person, change: EntryChange, signer: Signer, day = person.account.day): Person {
  return after(person.entries, createEntry(hashing, { account: person.account, change, signer, day }));
}

function after(entries: readonly Uint8Array[], { entry, account }: CreatedEntry): Person {
  return { entries: [...entries, entry], account };
}
