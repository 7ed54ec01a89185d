import type { Call, Command } from "./command.js";
import { commands, helpText } from "./commands.js";
import { openHome } from "./compose.js";
import { errorLine, jsonOutput, peopleOutput } from "./output.js";
import { type Arguments, parseArguments } from "./parse-arguments.js";
import { Passphrases } from "./passphrase.js";
import { homeFolder, relayOrigin, type Surroundings, variable } from "./settings.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** Everything outside that the command line touches, but for the home and the network. */
export interface World {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
  /** Says stop to what would go on. */
  readonly signal: AbortSignal;
}

/**
 * Does what was typed.
 *
 * @param words without the program
 * @returns the exit status: 0, 1 for a command that failed, 2 for wrong usage
 */
export async function run(words: readonly string[], world: World): Promise<number> {
  const { terminal } = world;
  if (["help", "--help", "-h"].includes(words[0] ?? "")) {
    terminal.output.write(`${helpText()}\n`);
    return 0;
  }
  try {
    const given = parseArguments(words, commands);
    await obey(commands.get(given.command) as Command, given, world);
    return 0;
  } catch (error) {
    terminal.errors.write(`${errorLine(error, wantsJson(words))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function obey(command: Command, { values, options }: Arguments, world: World): Promise<void> {
  const { terminal, surroundings, signal } = world;
  const isJson = options.has("--json");
  const out = isJson ? jsonOutput(terminal) : peopleOutput(terminal, isColoured(world));
  const call: Call = { values, options, out, terminal, isJson, signal };
  const folder = homeFolder(options.get("--home"), surroundings);
  if (command.kind === "home") return command.run({ ...call, home: folder, surroundings });
  await using home = await openHome({
    folder,
    passphrases: new Passphrases(terminal, surroundings),
    relay: relayOrigin(options.get("--relay"), surroundings),
    makes: command.makesHome === true,
    isLocal: command.isLocal?.(options) === true,
  });
  await command.run(home.client, call);
}

/** Also of words that are no command. What reads the output of rpc is a program in any case. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  return before.includes("--json") || before.includes("rpc");
}

function isColoured({ terminal, surroundings }: World): boolean {
  const isUnwanted = variable(surroundings, "NO_COLOR") !== undefined || variable(surroundings, "TERM") === "dumb";
  return terminal.output.isTTY === true && !isUnwanted;
}
