import { writeFileSync } from "node:fs";
import { type BenchOptions, parseArguments, type Suite, usage } from "./arguments.js";
import { type Breakdown, renderBreakdowns } from "./breakdown.js";
import type { Figure } from "./figure.js";
import { measureFiles } from "./files.js";
import { measureLargeGroup } from "./large-group.js";
import { describeMachine } from "./machine.js";
import { measureMls } from "./mls.js";
import { measureRelay } from "./relay.js";
import { measureSearch } from "./search.js";
import { renderTable } from "./table.js";

function readArguments(): BenchOptions {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const options = readArguments();
const { isQuick } = options;
const figures: Figure[] = [];
const breakdowns: Breakdown[] = [];
const progress = (what: string) => console.error(`… ${what}`);

const measures: Readonly<Record<Suite, () => Promise<readonly Figure[]>>> = {
  relay: () => measureRelay(progress, isQuick),
  search: () => measureSearch(progress, isQuick),
  files: () => measureFiles({ size: options.fileSize, rounds: isQuick ? 1 : 3 }, progress),
  "large-group": () =>
    measureLargeGroup({ members: options.members, messages: 100, changes: isQuick ? 3 : 10 }, progress),
  mls: async () => {
    const measured: Figure[] = [];
    await measureMls(options, {
      progress,
      figures: (rows) => measured.push(...rows),
      breakdowns: (rows) => breakdowns.push(...rows),
    });
    return measured;
  },
};

// One that fails, such as for want of built programs, does not take the others with it.
for (const suite of options.suites) {
  try {
    figures.push(...(await measures[suite]()));
  } catch (error) {
    console.error(`${suite}: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
  }
}
console.log(`${describeMachine()}\n\n${renderTable(figures)}`);
if (breakdowns.length > 0) console.log(`\n${renderBreakdowns(breakdowns)}`);
if (options.jsonFile !== undefined) {
  const measured = { machine: describeMachine(), figures, breakdowns };
  writeFileSync(options.jsonFile, `${JSON.stringify(measured, undefined, 2)}\n`);
}
process.exit();
