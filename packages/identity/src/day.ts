const millisecondsPerDay = 86_400_000;

/** The last day of the year 9999. */
export const lastDay = 2_932_896;

/** The day of a time in milliseconds since 1970: days since 1970-01-01 (UTC). Entries hold days, never times. */
export function dayOf(milliseconds: number): number {
  return Math.floor(milliseconds / millisecondsPerDay);
}
