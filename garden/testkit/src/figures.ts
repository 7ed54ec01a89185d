import { appendFileSync } from "node:fs";

/**
 * Notes a figure that a test has measured: for `npm run load`, which prints them all as one table. Without it, nothing.
 *
 * @param figure what was measured, a sentence's beginning
 * @param value with its unit
 */
export function noteFigure(scenario: string, figure: string, value: string): void {
  const file = process.env["REDOUBT_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify([scenario, figure, value])}\n`);
}
