/** Whether the long tests run too: REDOUBT_LONG=1. */
export const isLong = process.env["REDOUBT_LONG"] === "1";

/** A time limit in milliseconds for a long test. */
export const longTimeout = 2 * 3600_000;
