import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { within } from "./deadline.js";
import { RunningProcess } from "./running-process.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export const relayProgram = path.join(root, "apps/relayd/bin/redoubt-relay.js");
export const redoubtProgram = path.join(root, "apps/cli/bin/redoubt.js");

/** Brings the JavaScript of both programs up to date with their sources. */
export async function buildPrograms(): Promise<void> {
  const run = promisify(execFile);
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [compiler, "-b", "apps/cli", "apps/relayd"], { cwd: root });
  await run(process.execPath, [path.join(root, "scripts/bundle.js")], { cwd: root });
}

/** What a command of `redoubt` that ran to its end has said. */
export interface Run {
  readonly status: number | null;
  /** Lines of stdout. */
  readonly lines: readonly string[];
  readonly errors: string;
}

/**
 * Runs a command of `redoubt` as a process of its own.
 *
 * @param input what it reads on stdin
 */
export async function runRedoubt(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Run> {
  await using running = new RunningProcess(redoubtProgram, words, { environment });
  running.write(input);
  running.endInput();
  const { status } = await within(running.ended, () => `redoubt ${words.join(" ")}; stderr: ${running.errors}`);
  return { status, lines: running.lines, errors: running.errors };
}
