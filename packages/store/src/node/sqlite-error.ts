import { StoreError, type StoreErrorCode } from "../error.js";

/** By the beginning of SQLite's result code, the longer first. */
const codes: readonly (readonly [string, StoreErrorCode])[] = [
  ["SQLITE_FULL", "disk-full"],
  ["SQLITE_CORRUPT", "damaged"],
  ["SQLITE_NOTADB", "damaged"],
  ["SQLITE_FORMAT", "damaged"],
  ["SQLITE_CONSTRAINT", "constraint"],
  // SQLITE_CONSTRAINT_DATATYPE, which libsql knows by number alone.
  ["UNKNOWN_SQLITE_ERROR_3091", "constraint"],
  ["SQLITE_READONLY", "not-writable"],
  ["SQLITE_CANTOPEN", "not-writable"],
  ["SQLITE_PERM", "not-writable"],
  ["SQLITE_BUSY", "home-in-use"],
  ["SQLITE_MISUSE", "misuse"],
  ["SQLITE_RANGE", "misuse"],
  ["SQLITE_ERROR", "misuse"],
  ["SQLITE_OK", "misuse"],
];

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
  const code = sqliteCode(error);
  const known = codes.find(([beginning]) => code.startsWith(beginning));
  return new StoreError(known?.[1] ?? "failed", code === "" ? undefined : code);
}
