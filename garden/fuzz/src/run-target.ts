import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CodedError } from "@redoubt/base";
import { Dice } from "./dice.js";
import { Finding, holds, type Target } from "./target.js";

/** Cases after which a process has what it keeps in any case: caches, pools, compiled code. */
const warmUp = 2_000;
/** What may be held at the end beyond what was held when warm, in bytes. */
const mostKept = 96 * 1024 * 1024;
/** What the process may take beyond what it took when warm, at any time. */
const mostTaken = 768 * 1024 * 1024;

export interface RunOptions {
  readonly cases: number;
  readonly seed: string;
  /** After which no case begins, of `performance.now()`. */
  readonly until?: number | undefined;
  /** Only this case. */
  readonly only?: number | undefined;
  readonly progress?: (done: number) => void;
}

/** What a run came to. */
export interface RunReport {
  readonly target: string;
  readonly cases: number;
  readonly milliseconds: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Bytes: the most that the process took, and what it held at the end beyond what it held when warm. */
  readonly peak: number;
  readonly kept: number;
  readonly missing: readonly string[];
}

/**
 * Runs cases against a target.
 *
 * @throws Error that names the seed and the case for whatever must not be: a Finding, an error without a code, a promise
 * that nobody awaited, memory beyond the bounds
 */
export async function runTarget(
  target: Target,
  { cases, seed, only, until = Number.POSITIVE_INFINITY, progress }: RunOptions,
): Promise<RunReport> {
  const outcomes = new Map<string, number>();
  const memory = new Memory();
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", onUnhandled);
  process.on("uncaughtException", onUnhandled);
  const began = performance.now();
  const open = await target.open();
  let next = only ?? 0;
  const end = only === undefined ? cases : only + 1;
  const lane = async (number: number) => {
    while (next < end && unhandled.length === 0 && performance.now() < until) {
      const index = next++;
      try {
        const outcome = await open.run(new Dice(`${seed} ${target.name} ${index}`), number);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if ((index + 1) % target.checkEvery === 0) {
          memory.look(index);
          progress?.(index + 1);
          await open.check();
        }
      } catch (error) {
        // The other lanes must not open anew what is closed after this.
        next = end;
        throw new Error(
          `${describe(error)}\n  again: npm run fuzz -- --only ${target.name} --seed ${seed} --case ${index}`,
          {
            cause: error,
          },
        );
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: only === undefined ? target.lanes : 1 }, (_, number) => lane(number)));
    await open.check();
    await new Promise((resolve) => setImmediate(resolve));
    if (unhandled.length > 0) throw new Finding(`nobody awaited ${describe(unhandled[0])} (seed ${seed})`);
    const kept = memory.kept(next);
    holds(kept <= mostKept, () => `${target.name} keeps ${kept} bytes after ${next} cases (seed ${seed})`);
    const milliseconds = performance.now() - began;
    return {
      target: target.name,
      cases: next - (only ?? 0),
      milliseconds,
      outcomes,
      peak: memory.peak,
      kept,
      missing: open.missing(),
    };
  } finally {
    process.off("unhandledRejection", onUnhandled);
    process.off("uncaughtException", onUnhandled);
    await open[Symbol.asyncDispose]();
  }
}

/** What the process holds. */
class Memory {
  #warm: number | undefined;
  #warmTaken = 0;
  peak = process.memoryUsage.rss();

  look(index: number): void {
    const taken = process.memoryUsage.rss();
    this.peak = Math.max(this.peak, taken);
    if (index + 1 < warmUp) return;
    this.#warm ??= held();
    this.#warmTaken ||= taken;
    holds(taken - this.#warmTaken <= mostTaken, () => `the process grew from ${this.#warmTaken} to ${taken} bytes`);
  }

  /** Bytes beyond what was held when warm; 0 where it never became so. */
  kept(cases: number): number {
    return this.#warm === undefined || cases < warmUp ? 0 : held() - this.#warm;
  }
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function describe(error: unknown): string {
  if (error instanceof Finding) return error.message;
  if (error instanceof CodedError) return `${error.name} ${error.code}: ${error.stack}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
