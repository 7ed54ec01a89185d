import type { AccountStore } from "./account-store.js";
import type { BlobStore } from "./blob-store.js";
import type { InboxStore } from "./inbox-store.js";
import type { InviteStore } from "./invite-store.js";
import type { LogStore } from "./log-store.js";
import type { RawStore } from "./raw-store.js";

/**
 * Everything that the relay keeps. Accounts and logs are two worlds: nothing stored leads from one to the other,
 * nor from a blob to either.
 * Reads see what is committed, or what the running transaction has written. They throw RelayError `storage-damaged` where
 * the files do not hold what was written.
 */
export interface RelayStore {
  readonly accounts: AccountStore;
  readonly inboxes: InboxStore;
  readonly invites: InviteStore;
  readonly logs: LogStore;
  readonly blobs: BlobStore;
  readonly raw: RawStore;

  /**
   * Runs writes as one: when this returns they survive a crash of the machine; when it throws, none happened.
   *
   * @throws RelayError `storage-full`, `storage-damaged`; anything else is a fault of the store
   */
  transaction(writes: () => void): void;

  /** Overwrites what deleted and rewritten rows have left behind in the files. */
  scrub(): void;

  /** Releases the files. The store is not used after it. */
  close(): void;
}
