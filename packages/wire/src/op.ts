import type { BaseIssue, BaseSchema } from "valibot";
import type { RelayErrorCode } from "./errors.js";

export type Schema = BaseSchema<unknown, unknown, BaseIssue<unknown>>;

/** One operation: the shapes of its parameters and its result, and its codes beside the common ones. */
export interface Operation<P extends Schema = Schema, R extends Schema = Schema> {
  readonly params: P;
  readonly result: R;
  readonly codes: readonly RelayErrorCode[];
}

/** Keeps the schemas' types of one operation. */
export function operation<P extends Schema, R extends Schema>(
  params: P,
  result: R,
  ...codes: readonly RelayErrorCode[]
): Operation<P, R> {
  return { params, result, codes };
}
