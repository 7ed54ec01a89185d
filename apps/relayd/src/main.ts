import { CodedError } from "@redoubt/base";
import { UsageError } from "./command.js";
import { readCommandLine, usage } from "./command-line.js";

async function main(): Promise<0 | 1> {
  const asked = readCommandLine(process.argv.slice(2));
  if (asked !== "help") return asked.command.run(asked.command.read(asked.words));
  console.log(usage);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`redoubt-relay: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (error instanceof CodedError) {
    console.error(`redoubt-relay: ${error.message}`);
    process.exitCode = 1;
  } else throw error;
}
