/** What one check found. */
export interface Finding {
  /** What was looked at, in a word or two: the same for every run. */
  readonly check: string;
  /** `warn`: it works, and should be seen to; `fail`: people are or will be without service, or less safe. */
  readonly status: "ok" | "warn" | "fail";
  /** What was found. */
  readonly says: string;
  /** What to do, unless it is as it should be. */
  readonly advice?: string;
}

export function ok(check: string, says: string): Finding {
  return { check, status: "ok", says };
}

export function warn(check: string, says: string, advice: string): Finding {
  return { check, status: "warn", says, advice };
}

export function fail(check: string, says: string, advice: string): Finding {
  return { check, status: "fail", says, advice };
}
