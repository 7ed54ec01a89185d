import { IdentityError, type IdentityErrorCode } from "../src/index.js";

/** The code that a call is refused with; undefined if it is not refused. Errors of other classes pass through. */
export function codeOf(call: () => unknown): IdentityErrorCode | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
}
