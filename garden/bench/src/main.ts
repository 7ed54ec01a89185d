import { writeFileSync } from "node:fs";
import { parseArguments, usage } from "./arguments.js";
import { renderBreakdowns } from "./breakdown.js";
import { describeMachine } from "./machine.js";
import { measureMls } from "./mls.js";
import { renderTables } from "./table.js";

function readArguments() {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const options = readArguments();
const measured = await measureMls(options, (what) => console.error(`… ${what}`));
console.log(`${describeMachine()}\n`);
console.log(renderTables(measured.figures));
console.log(renderBreakdowns(measured.breakdowns));
if (options.jsonFile !== undefined) {
  writeFileSync(options.jsonFile, `${JSON.stringify({ machine: describeMachine(), ...measured }, undefined, 2)}\n`);
}
