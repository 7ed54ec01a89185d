/**
 * How many cases a property or a fuzz test runs: a small share in the gate, `long` with REDOUBT_LONG=1, any number
 * with REDOUBT_RUNS.
 */
export function runs(gate: number, long: number): number {
  const exact = Number(process.env["REDOUBT_RUNS"]);
  if (exact > 0) return exact;
  return isLong ? long : gate;
}

const isLong = process.env["REDOUBT_LONG"] === "1";

/** A time limit in milliseconds for a test whose cases `runs` counts. */
export const runsTimeout = isLong || process.env["REDOUBT_RUNS"] !== undefined ? 24 * 3600_000 : 300_000;
