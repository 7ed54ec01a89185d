import { StoreError } from "../error.js";
import { storeErrorOf } from "../sqlite-codes.js";

/** The result code of an error that libsql threw, if it has one. */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/**
 * What an error of libsql means here. Its message is left out, for it may quote what is stored; the cause is left out for
 * the same reason.
 */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return storeErrorOf(sqliteCode(error));
}
