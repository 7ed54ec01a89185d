import type { Breakdown } from "./breakdown.js";
import type { Figure } from "./figure.js";

/** Takes in what is measured, as it comes. */
export interface Listener {
  /** What is measured next. */
  progress(what: string): void;
  figures(rows: readonly Figure[]): void;
  breakdowns(rows: readonly Breakdown[]): void;
}
