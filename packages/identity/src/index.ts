export {
  type AccountState,
  chainBytesForRecovery,
  deviceInEntry,
  extendChain,
  type HistoryEntry,
  maxChainBytes,
  verifyChain,
} from "./chain.js";
export { type CreatedEntry, createEntry, createGenesis, type EntryChange, type Signer } from "./create-entry.js";
export { dayOf } from "./day.js";
export { type Device, type DeviceClaim, deviceIdOf, maxDevices, proveDevice } from "./device.js";
export { type EntryType, maxEntryBytes } from "./entry.js";
export { IdentityError, type IdentityErrorCode } from "./error.js";
export type { Hashing } from "./hashing.js";
export { type DeviceIntent, rebase } from "./rebase.js";
export { safetyNumber } from "./safety-number.js";
export { isUsername } from "./username.js";
