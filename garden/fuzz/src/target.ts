import type { Dice } from "./dice.js";

/** What hostile input is given to. */
export interface Target {
  readonly name: string;
  /** How many cases of a thousand. */
  readonly share: number;
  /** Cases at once, each on a lane of its own: lanes share the process under attack, and nothing else. */
  readonly lanes: number;
  /** Cases between two looks at the honest and at the memory. */
  readonly checkEvery: number;
  open(): Promise<OpenTarget>;
}

export interface OpenTarget extends AsyncDisposable {
  /**
   * Runs one case on a lane.
   *
   * @returns what it came to: "ok", a code, or what else is allowed
   * @throws Finding for what must not be
   */
  run(dice: Dice, lane: number): Promise<string> | string;
  /** Honest people are served as before. @throws Finding if not */
  check(): Promise<void>;
  /** What was not reached though it should have been, as sentences. Asked at the end of a run that was long enough. */
  missing(): readonly string[];
}

/** A property that did not hold. */
export class Finding extends Error {}

/** @throws Finding */
export function holds(condition: boolean, otherwise: () => string): asserts condition {
  if (!condition) throw new Finding(otherwise());
}
