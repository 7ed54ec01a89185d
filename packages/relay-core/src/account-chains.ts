import type { DeviceRecord } from "./account-store.js";

/** What a verified chain says. */
export interface AccountView {
  /** SHA-256 of the signed genesis, 32 bytes. */
  readonly accountId: Uint8Array;
  readonly username: string;
  /** Of the newest entry, from 0. */
  readonly seq: number;
  /** Of the newest entry; none after a tombstone. */
  readonly devices: readonly DeviceRecord[];
}

/** Judges account chains. The composition root fills it in with the one verification that clients use as well. */
export interface AccountChains {
  /**
   * @param entries signed entries, from the genesis on
   * @returns undefined if the chain does not verify
   */
  verify(entries: readonly Uint8Array[]): AccountView | undefined;
}
