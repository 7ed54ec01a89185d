import { parseArgs } from "node:util";

export const suites = ["relay", "mls", "search", "files", "large-group"] as const;
export type Suite = (typeof suites)[number];

export const parts = ["messages", "signatures", "groups", "stored", "browser", "breakdown"] as const;
export type Part = (typeof parts)[number];

/** What the command line asks for. */
export interface BenchOptions {
  /** All of them, unless some are named. */
  readonly suites: readonly Suite[];
  /** Of `mls`. Where the time goes is measured only if it is asked for. */
  readonly parts: ReadonlySet<Part>;
  /** Everything smaller and fewer rounds: tells whether something is badly wrong, in under three minutes. */
  readonly isQuick: boolean;
  /** Of the file that is sent, in MiB. */
  readonly fileSize: number;
  /** Of the large group. */
  readonly members: number;
  /** Where to write the figures as JSON. */
  readonly jsonFile: string | undefined;
}

export const usage = `usage: npm run bench -- [${suites.join("] [")}] [--quick] [--only ${parts.join(",")}] [--mib SIZE]
  [--members COUNT] [--json FILE]`;

/** @throws Error with a message for the user */
export function parseArguments(given: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      mib: { type: "string" },
      members: { type: "string" },
      json: { type: "string" },
    },
  });
  const isQuick = values.quick;
  const asked = values.only?.split(",");
  return {
    suites: positionals.length === 0 ? suites : known(positionals, suites, "suite"),
    parts: new Set(asked === undefined ? parts.filter((part) => part !== "breakdown") : known(asked, parts, "part")),
    isQuick,
    fileSize: count(values.mib, isQuick ? 64 : 1_024),
    members: count(values.members, isQuick ? 50 : 1_000),
    jsonFile: values.json,
  };
}

function known<Name extends string>(given: readonly string[], names: readonly Name[], what: string): Name[] {
  const unknown = given.filter((name) => !(names as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`no ${what} is called ${unknown.join(" or ")}`);
  return given as Name[];
}

function count(given: string | undefined, usual: number): number {
  const number = given === undefined ? usual : Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${given} is no count`);
  return number;
}
