/** A device as its account's newest entry names it. */
export interface DeviceRecord {
  /** 16 bytes: the head of SHA-256(sigKey). */
  readonly deviceId: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly sigKey: Uint8Array;
  /** 16 bytes; no two devices of a relay share one. */
  readonly inboxId: Uint8Array;
}

/** A key package as it is handed out. */
export interface KeyPackageRecord {
  readonly deviceId: Uint8Array;
  readonly bytes: Uint8Array;
  readonly isLastResort: boolean;
}

/** Accounts, their chains and their key packages. Writes happen inside a transaction. */
export interface AccountStore {
  /** The account's id (32 bytes) by user name. */
  idOf(username: string): Uint8Array | undefined;
  /** The signed entries from the genesis on; empty if there is no such account. */
  entries(accountId: Uint8Array): Uint8Array[];
  /** The devices of the newest entry. */
  devices(accountId: Uint8Array): DeviceRecord[];
  create(account: { readonly accountId: Uint8Array; readonly username: string }): void;
  addEntry(accountId: Uint8Array, seq: number, entry: Uint8Array): void;
  /** Replaces the device set; key packages of devices that are gone go with them. */
  setDevices(accountId: Uint8Array, devices: readonly DeviceRecord[]): void;

  /** One-time packages kept for a device, and whether it has a last resort. */
  countKeyPackages(
    accountId: Uint8Array,
    deviceId: Uint8Array,
  ): { readonly oneTime: number; readonly lastResort: boolean };
  /** Adds one-time packages (one that is there already stays one) and replaces the last resort unless it is null. */
  addKeyPackages(
    accountId: Uint8Array,
    deviceId: Uint8Array,
    packages: { readonly oneTime: readonly Uint8Array[]; readonly lastResort: Uint8Array | null },
  ): void;
  /**
   * For each device one package: a one-time one, which is thereby gone, or else the last resort. One that is not what was
   * published any more is passed over.
   *
   * @param isOneTime false: rather the last resort
   */
  takeKeyPackages(accountId: Uint8Array, isOneTime: boolean): KeyPackageRecord[];
}
