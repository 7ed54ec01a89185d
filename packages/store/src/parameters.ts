import type { SqlParameter, SqlValue } from "./driver.js";
import { demand, StoreError } from "./error.js";

/** SQLite reads text up to its first NUL, and a lone surrogate is replaced on the way. */
const unfaithful = /[\p{Surrogate}\0]/u;

/** What is bound. libsql would bind a plain integer as REAL, and end the process on a boolean. */
export type Bound = null | bigint | number | string | Uint8Array;

/**
 * Checks parameters and gives what to bind.
 *
 * @param expected how many the statement has
 * @throws StoreError `misuse` for anything that the contract of `SqlDriver` refuses
 */
export function bindParameters(parameters: readonly SqlParameter[], expected: number): Bound[] {
  demand(Array.isArray(parameters), "misuse", "the parameters are no array");
  demand(parameters.length === expected, "misuse", `${parameters.length} parameters for ${expected} places`);
  return Array.from(parameters, bind);
}

function bind(value: SqlParameter): Bound {
  switch (typeof value) {
    case "boolean":
      return value ? 1n : 0n;
    case "number":
      demand(Number.isFinite(value), "misuse", "a number that is not finite");
      if (!Number.isInteger(value)) return value;
      demand(Number.isSafeInteger(value), "misuse", "an integer beyond 2^53-1");
      return BigInt(value);
    case "string":
      demand(!unfaithful.test(value), "misuse", "a string with a lone surrogate or a NUL");
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new StoreError("misuse", `a parameter of type ${typeof value}`);
  }
}

/**
 * How many parameters a statement has.
 *
 * @throws StoreError `misuse` for numbered and named ones
 */
export function countParameters(sql: string): number {
  demand(!/\?\d|[:@$][A-Za-z_]/.test(sql), "misuse", "numbered and named parameters are not allowed");
  return sql.split("?").length - 1;
}

/** A value that a driver's library gave. Integers that it could not give exactly are refused. */
export function readValue(value: unknown): SqlValue {
  if (value === null || typeof value === "string") return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  demand(typeof value !== "bigint", "damaged", "an integer beyond 2^53-1");
  demand(typeof value === "number", "misuse", `a column of type ${typeof value}`);
  demand(!Number.isInteger(value) || Number.isSafeInteger(value), "damaged", "an integer beyond 2^53-1");
  return value;
}
