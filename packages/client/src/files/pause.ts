import type { Abort, Schedule } from "@redoubt/transport";

/** Waits so many milliseconds, or until it is aborted. */
export function pause(schedule: Schedule, milliseconds: number, abort: Abort): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      abort.removeEventListener("abort", end);
      resolve();
    };
    const cancel = schedule(milliseconds, end);
    abort.addEventListener("abort", end);
    if (abort.aborted) end();
  });
}

/** How long to wait after so many failures in a row, from 1: half a second, doubling up to 30. */
export function delayAfter(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10));
}
