import { CodedError } from "@redoubt/base";
import { createLogger, makeInvite, startRelay } from "@redoubt/relay";
import { readArguments, UsageError, usage } from "./arguments.js";

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === "help") return console.log(usage);
  if (asked.command === "invite") return console.log(makeInvite(asked));
  const logger = createLogger();
  const relay = await startRelay({ ...asked, logger });
  logger.info({ url: asked.publicUrl ?? relay.url }, "ready");
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void relay.stop());
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`redoubt-relay: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (error instanceof CodedError) {
    console.error(`redoubt-relay: ${error.message}`);
    process.exitCode = 1;
  } else throw error;
}
