import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "bad-account-id": { message: "An account id is 32 bytes", retry: false },
  "bad-signature": { message: "The entry's signature does not hold", retry: false },
  "bad-target": { message: "A move, and only a move, names the origin of a relay", retry: false },
  "bad-username": {
    message: "A user name is 3 to 32 of a-z, 0-9 and _, and begins with a letter",
    retry: false,
  },
  "chain-too-long": { message: "The account has no room for another entry of this signer", retry: false },
  "day-went-back": { message: "The entry is dated before the one that it follows", retry: false },
  "device-not-proved": { message: "A device has not agreed to be of this account", retry: false },
  "devices-unsorted": { message: "The devices are not in the order of their keys", retry: false },
  "duplicate-device": { message: "Two devices share a key or an inbox, or one has the recovery key", retry: false },
  "empty-chain": { message: "A chain has at least one entry", retry: false },
  "entry-too-large": { message: "An entry is at most 2,048 bytes", retry: false },
  malformed: { message: "The bytes are not an entry", retry: false },
  "misplaced-genesis": { message: "The first entry of a chain, and no other, is a genesis", retry: false },
  "no-device": { message: "An account has at least one device until it ends", retry: false },
  "nothing-to-do": { message: "The account already is as the change would make it", retry: false },
  "recovery-not-changed": { message: "A recovery entry states another recovery key", retry: false },
  "recovery-changed": { message: "Only a recovery entry may state another recovery key", retry: false },
  "signer-not-allowed": { message: "The signer may not make this entry", retry: false },
  "too-many-devices": { message: "An account has at most 10 devices, and none after its end", retry: false },
  tombstoned: { message: "The account has ended", retry: false },
  "unknown-version": { message: "The entry is of a version that this program does not know", retry: false },
  "username-changed": { message: "An account keeps its user name", retry: false },
  "wrong-prev": { message: "The entry does not follow the one before it", retry: false },
  "wrong-seq": { message: "The entry's number does not follow the one before it", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type IdentityErrorCode = keyof typeof catalogue;

/** Why an entry, a chain or a change was refused. */
export class IdentityError extends CodedError<IdentityErrorCode> {
  constructor(code: IdentityErrorCode, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}
