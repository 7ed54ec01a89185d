import { expect, it } from "vitest";
import { storeErrorOf } from "./sqlite-codes.js";

it.each([
  ["SQLITE_FULL", "disk-full"],
  ["SQLITE_CORRUPT_VTAB", "damaged"],
  ["SQLITE_CONSTRAINT_UNIQUE", "constraint"],
  ["SQLITE_IOERR_READ", "failed"],
  ["", "failed"],
])("SQLite's %j is %s here", (code, expected) => {
  expect(storeErrorOf(code).code).toBe(expected);
});
