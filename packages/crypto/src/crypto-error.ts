import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "bad-key": { message: "The key is malformed, wiped, or not one that may be used", retry: false },
  "bad-length": { message: "A key, nonce or output has a length that the algorithm does not have", retry: false },
  unavailable: { message: "The platform lacks what the provider stands on", retry: false },
  "unsupported-suite": { message: "The cipher suite is not one of ours", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type CryptoErrorCode = keyof typeof catalogue;

/** Every error that this package throws on purpose. `detail` never holds key bytes. */
export class CryptoError extends CodedError<CryptoErrorCode> {
  constructor(code: CryptoErrorCode, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}
