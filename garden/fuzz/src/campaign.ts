import { Chance } from "./chance.js";

/** Something that takes hostile input. */
export interface Target extends AsyncDisposable {
  readonly name: string;
  /**
   * Tries one case.
   *
   * @returns what came of it: a code, or a word
   * @throws anything for a fault: an answer, an error or a state that must not be
   */
  attempt(chance: Chance): Promise<string> | string;
  /** Shows that honest use goes on. @throws if it does not */
  honest(): Promise<void>;
}

/** What a campaign found. */
export interface Findings {
  readonly target: string;
  readonly cases: number;
  readonly seconds: number;
  /** Growth of the resident memory at its largest, in bytes. */
  readonly memory: number;
  /** How many cases ended how. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The first faults, each by the seed of its case. */
  readonly faults: readonly { readonly seed: number; readonly what: string }[];
}

const honestEvery = 500;
const mostFaults = 10;

/**
 * Gives a target so many cases, and honest use in between.
 *
 * @param seed of the first case; each has the one after
 * @param progress is told how many are done
 */
export async function campaign(
  target: Target,
  {
    cases,
    seed,
    progress,
  }: { readonly cases: number; readonly seed: number; readonly progress?: (done: number) => void },
): Promise<Findings> {
  const outcomes = new Map<string, number>();
  const faults: { seed: number; what: string }[] = [];
  const strays: unknown[] = [];
  const stray = (error: unknown) => strays.push(error);
  process.on("unhandledRejection", stray).on("uncaughtException", stray);
  const begun = performance.now();
  const before = process.memoryUsage.rss();
  let memory = 0;
  let done = 0;
  try {
    for (; done < cases && faults.length < mostFaults; done++) {
      const own = (seed + done) >>> 0;
      try {
        const outcome = await target.attempt(new Chance(own));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if ((done + 1) % honestEvery === 0 || done + 1 === cases) {
          await target.honest();
          memory = Math.max(memory, process.memoryUsage.rss() - before);
          progress?.(done + 1);
        }
      } catch (error) {
        faults.push({ seed: own, what: describe(error) });
      }
      for (const error of strays.splice(0)) faults.push({ seed: own, what: `nobody caught: ${describe(error)}` });
    }
  } finally {
    process.off("unhandledRejection", stray).off("uncaughtException", stray);
  }
  return { target: target.name, cases: done, seconds: (performance.now() - begun) / 1_000, memory, outcomes, faults };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
