import { StoreError, type StoreErrorCode } from "./error.js";

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

/** What a result code of SQLite means here; an empty one is an error that SQLite did not give. */
export function storeErrorOf(code: string): StoreError {
  const known = codes.find(([beginning]) => code.startsWith(beginning));
  return new StoreError(known?.[1] ?? "failed", code === "" ? undefined : code);
}
