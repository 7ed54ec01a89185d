import type { Random } from "@redoubt/base";

const firstDelay = 500;
const longestDelay = 30_000;

/**
 * How long to wait before another attempt, in milliseconds: doubling from half a second up to 30 seconds, of which a
 * random share between a half and all, so that the clients of a relay that restarts do not come back at once.
 *
 * @param failures in a row, from 1
 */
export function backoff(random: Random, failures: number): number {
  const delay = Math.min(longestDelay, firstDelay * 2 ** Math.min(failures - 1, 16));
  const [high = 0, low = 0] = random(2);
  return Math.round((delay / 2) * (1 + (high * 256 + low) / 65_536));
}
