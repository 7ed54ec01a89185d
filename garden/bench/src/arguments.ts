import { parseArgs } from "node:util";

export const parts = ["messages", "signatures", "groups", "stored", "browser", "breakdown"] as const;
export type Part = (typeof parts)[number];

/** What the command line asks for. */
export interface BenchOptions {
  readonly parts: ReadonlySet<Part>;
  /** Fewer rounds, and no groups of 1,000. */
  readonly isQuick: boolean;
  /** Where to write the figures as JSON. */
  readonly jsonFile: string | undefined;
}

export const usage = `usage: npm run bench -- mls [--quick] [--only ${parts.join(",")}] [--json FILE]`;

/** @throws Error with a message for the user */
export function parseArguments(given: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: { quick: { type: "boolean" }, only: { type: "string" }, json: { type: "string" } },
  });
  if (positionals.length !== 1 || positionals[0] !== "mls") throw new Error("say what to measure: mls");
  const only = values.only?.split(",") ?? parts;
  const unknown = only.filter((name) => !(parts as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(" or ")}`);
  return { parts: new Set(only as Part[]), isQuick: values.quick ?? false, jsonFile: values.json };
}
