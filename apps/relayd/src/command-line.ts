import { type Command, UsageError } from "./command.js";
import { backup } from "./commands/backup.js";
import { dataMapCommand } from "./commands/data-map.js";
import { disclose } from "./commands/disclose.js";
import { doctor } from "./commands/doctor.js";
import { invite } from "./commands/invite.js";
import { restore } from "./commands/restore.js";
import { start } from "./commands/start.js";

const commands: Readonly<Record<string, Command>> = {
  start,
  invite,
  backup,
  restore,
  doctor,
  disclose,
  "data-map": dataMapCommand,
};

const all = Object.values(commands);

/** The help. */
export const usage = `${all.map(({ synopsis }) => synopsis).join("\n")}

  --data DIR        where the relay keeps its data (./data)

${all.map(({ explanation }) => explanation).join("\n\n")}`;

/**
 * Finds the command that a command line names.
 *
 * @param argv what follows the program's name
 * @returns the command with the words that are its own, or "help" if that was asked for
 * @throws UsageError
 */
export function readCommandLine(
  argv: readonly string[],
): { readonly command: Command; readonly words: readonly string[] } | "help" {
  if (argv.includes("--help") || argv.includes("-h")) return "help";
  const [name, ...words] = argv;
  if (name === undefined) throw new UsageError("no command");
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`unknown command: ${name}`);
  return { command, words };
}
