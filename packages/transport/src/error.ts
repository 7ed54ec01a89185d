import { CodedError, type ErrorEntry } from "@redoubt/base";
import { type RelayErrorCode, relayErrors } from "@redoubt/wire";

const catalogue = {
  "bad-answer": { message: "The relay's answer is not what the contract says", retry: false },
  "bad-request": { message: "The request is not what the contract says", retry: false },
  "bad-url": { message: "A relay's address is http:// or https:// and a host, without a path", retry: false },
  busy: { message: "Too many requests are waiting for the relay", retry: true },
  closed: { message: "The connection was closed", retry: false },
  disconnected: { message: "The connection to the relay broke off before the answer", retry: true },
  revoked: { message: "The relay no longer accepts this device", retry: false },
  timeout: { message: "The relay did not answer in time", retry: true },
  unreachable: { message: "The relay cannot be reached", retry: true },
  "unsupported-relay": { message: "The relay speaks another version of the contract", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type TransportErrorCode = keyof typeof catalogue;

/** What went wrong on the way. With `disconnected` and `timeout` the relay may have done what was asked of it. */
export class TransportError extends CodedError<TransportErrorCode> {
  constructor(code: TransportErrorCode, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}

/** What the relay answered instead of a result. */
export class RelayError extends CodedError<RelayErrorCode> {
  /** In seconds, where the relay named a time; null where the code alone says whether to try again. */
  readonly retryAfter: number | null;

  constructor(code: RelayErrorCode, retryAfter: number | null) {
    super(code, relayErrors[code]);
    this.retryAfter = retryAfter;
  }
}
