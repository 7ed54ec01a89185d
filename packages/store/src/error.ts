import { CodedError, type ErrorEntry } from "@redoubt/base";

/** Everything that this package refuses, and why. */
export const storeErrors = {
  "newer-version": {
    message: "This home was written by a newer version of Redoubt: update the program.",
    retry: false,
  },
  "wrong-key": { message: "The key does not open this home.", retry: false },
  "wrong-passphrase": { message: "The passphrase is wrong.", retry: false },
  "passphrase-needed": { message: "This home is locked by a passphrase.", retry: false },
  "no-key": { message: "This home has no key file.", retry: false },
  "key-exposed": {
    message: "Other users of this machine can read the key file: make it private (chmod 600).",
    retry: false,
  },
  "home-in-use": { message: "Another process uses this home.", retry: true },
  "home-exists": { message: "There is a home in this folder already.", retry: false },
  "not-writable": { message: "The home cannot be written to.", retry: false },
  unsupported: {
    message: "This browser cannot keep an encrypted store: use a current one, and not a private window.",
    retry: false,
  },
  "disk-full": { message: "The disk is full: free some space.", retry: true },
  damaged: { message: "A file of this home is damaged: restore a backup.", retry: false },
  constraint: { message: "The store holds something that excludes this.", retry: false },
  misuse: { message: "The store was used in a way that it does not allow.", retry: false },
  failed: { message: "The store could not be read or written.", retry: true },
} as const satisfies Record<string, ErrorEntry>;

export type StoreErrorCode = keyof typeof storeErrors;

/** A refusal of the store, told apart by `code`. Whatever throws it inside a transaction undoes the transaction. */
export class StoreError extends CodedError<StoreErrorCode> {
  constructor(code: StoreErrorCode, detail?: string, cause?: unknown) {
    super(code, storeErrors[code], detail, cause);
  }
}

/** @throws StoreError with `code` and `detail` unless the condition holds */
export function demand(condition: boolean, code: StoreErrorCode, detail: string): asserts condition {
  if (!condition) throw new StoreError(code, detail);
}
