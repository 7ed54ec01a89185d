import { CodedError } from "@redoubt/base";
import { type RelayErrorCode, relayErrors } from "@redoubt/wire";

/** A refusal that goes to the client as it stands. */
export class RelayError extends CodedError<RelayErrorCode> {
  /** Seconds after which the same request may succeed, where that is known. */
  readonly retryAfter: number | null;

  constructor(code: RelayErrorCode, options: { readonly retryAfter?: number; readonly cause?: unknown } = {}) {
    super(code, relayErrors[code], undefined, options.cause);
    this.retryAfter = options.retryAfter ?? null;
  }
}
