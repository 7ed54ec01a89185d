/** The last day that YYYY-MM-DD can name, in days since 1970. */
const lastDay = 2_932_896;

/** A day of the relay's (days since 1970-01-01) as YYYY-MM-DD. */
export function isoDay(day: number): string {
  return new Date(Math.min(Math.max(0, day), lastDay) * 86_400_000).toISOString().slice(0, 10);
}
