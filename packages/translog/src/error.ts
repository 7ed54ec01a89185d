import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "malformed-key": { message: "This is no Ed25519 key of a signed note", retry: false },
  "malformed-note": { message: "This is no signed note", retry: false },
  "not-signed": { message: "The note is not signed by the key that is expected", retry: false },
  "bad-signature": { message: "The note's signature does not verify: its text is not what was signed", retry: false },
  "malformed-statement": { message: "The note does not state a disclosure", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type TranslogErrorCode = keyof typeof catalogue;

/** What is wrong with a key, a note, or what it states. */
export class TranslogError extends CodedError<TranslogErrorCode> {
  constructor(code: TranslogErrorCode, detail?: string) {
    super(code, catalogue[code], detail);
  }
}
