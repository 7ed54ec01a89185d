import { CodedError } from "@redoubt/base";

/** The code that a promise is rejected with; what it resolves to otherwise. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}
