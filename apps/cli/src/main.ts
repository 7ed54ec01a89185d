import { homedir } from "node:os";
import { run } from "./run.js";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
// Whoever reads the output may leave before its end.
process.stdout.on("error", () => stopping.abort());

process.exitCode = await run(process.argv.slice(2), {
  terminal: { input: process.stdin, output: process.stdout, errors: process.stderr },
  surroundings: { variables: process.env, system: process.platform, userFolder: homedir() },
  signal: stopping.signal,
});
