import { writeFileSync } from "node:fs";
import { parseArguments, usage } from "./arguments.js";
import { type Breakdown, renderBreakdowns } from "./breakdown.js";
import type { Figure } from "./figure.js";
import { measureFiles } from "./files.js";
import { measureLargeGroup } from "./large-group.js";
import { describeMachine } from "./machine.js";
import { measureMls } from "./mls.js";
import { measureRelay, renderRates } from "./relay.js";
import { measureSearch, renderSearch } from "./search.js";
import { renderTables } from "./table.js";

function readArguments() {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

async function runRelay(): Promise<never> {
  console.log(`${describeMachine()}\n`);
  const measured = await measureRelay((what) => console.error(`… ${what}`));
  console.log(`${renderTables(measured)}\n${renderRates(measured)}`);
  process.exit();
}

async function runLargeGroup(members: number): Promise<never> {
  console.log(`${describeMachine()}\n`);
  const figures = await measureLargeGroup({ members, messages: 100, changes: 10 }, (what) =>
    console.error(`… ${what}`),
  );
  console.log(renderTables(figures));
  process.exit();
}

async function runFiles(mebibytes: number): Promise<never> {
  console.log(`${describeMachine()}\n`);
  console.log(renderTables(await measureFiles(mebibytes, (what) => console.error(`… ${what}`))));
  process.exit();
}

if (process.argv[2] === "large-group") await runLargeGroup(Number(process.argv[3] ?? 1_000));
if (process.argv[2] === "files" && process.argv.length <= 4) await runFiles(Number(process.argv[3] ?? 1024));

async function runSearch(): Promise<never> {
  console.log(`${describeMachine()}\n`);
  console.log(renderSearch(await measureSearch((what) => console.error(`… ${what}`))));
  process.exit();
}

if (process.argv[2] === "search" && process.argv.length === 3) await runSearch();
if (process.argv[2] === "relay" && process.argv.length === 3) await runRelay();
const options = readArguments();
const figures: Figure[] = [];
const breakdowns: Breakdown[] = [];
console.log(`${describeMachine()}\n`);
await measureMls(options, {
  progress: (what) => console.error(`… ${what}`),
  figures(rows) {
    figures.push(...rows);
    console.log(renderTables(rows));
  },
  breakdowns(rows) {
    breakdowns.push(...rows);
    console.log(renderBreakdowns(rows));
  },
});
if (options.jsonFile !== undefined) {
  const measured = { machine: describeMachine(), figures, breakdowns };
  writeFileSync(options.jsonFile, `${JSON.stringify(measured, undefined, 2)}\n`);
}
