/** An inbox of one device. */
export interface InboxRecord {
  /** SHA-256 of the delivery token, or null if none was set. */
  readonly tokenHash: Uint8Array | null;
  /** Most posts by token a day; 0 for any number. */
  readonly maxPerDay: number;
  /** The number of the newest item ever posted; 0 before the first. */
  readonly lastNumber: number;
  /** Items that are not acknowledged. */
  readonly count: number;
}

export interface InboxItem {
  readonly number: number;
  /** As it was added with. */
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
  /** Days since 1970-01-01. */
  readonly day: number;
}

/** Inboxes and what is in them. Writes happen inside a transaction. */
export interface InboxStore {
  find(inboxId: Uint8Array): InboxRecord | undefined;
  create(inboxId: Uint8Array): void;
  /** Forgets the inbox and everything in it. */
  remove(inboxId: Uint8Array): void;
  setToken(inboxId: Uint8Array, tokenHash: Uint8Array, maxPerDay: number): void;
  /**
   * Numbers the item one above the newest ever and keeps it.
   *
   * @param item `digest`: 32 bytes that stand for inbox and bytes
   * @returns its number, or undefined if an unacknowledged item has the same digest
   */
  add(
    inboxId: Uint8Array,
    item: { readonly digest: Uint8Array; readonly bytes: Uint8Array; readonly day: number },
  ): number | undefined;
  /** Items numbered above `after`, in order: at most `maxItems`, and at most `maxBytes` unless it is a single one. */
  read(inboxId: Uint8Array, after: number, most: { readonly maxItems: number; readonly maxBytes: number }): InboxItem[];
  /** Forgets the items numbered up to `upTo`. */
  acknowledge(inboxId: Uint8Array, upTo: number): void;
}
