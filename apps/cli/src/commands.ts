import { accountCommands } from "./account-commands.js";
import { backupCommands } from "./backup-commands.js";
import type { Command } from "./command.js";
import { conversationCommands } from "./conversation-commands.js";
import { messageCommands } from "./message-commands.js";
import { globalUsage } from "./parse-arguments.js";
import { profileCommands } from "./profile-commands.js";
import { readingCommands } from "./reading-commands.js";
import { createRpcCommand } from "./rpc-command.js";

const ordinary = {
  ...accountCommands,
  ...profileCommands,
  ...conversationCommands,
  ...messageCommands,
  ...readingCommands,
  ...backupCommands,
};

/** Every command by its name. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...Object.entries(ordinary),
  ["rpc", createRpcCommand(new Map<string, Command>(Object.entries(ordinary)))],
]);

/** What `--help` says. */
export function helpText(): string {
  const lines = [...commands].map(([name, { usage, summary }]) => {
    return `  ${`${name} ${usage}`.trimEnd().padEnd(40)} ${summary}`;
  });
  return [
    `redoubt ${globalUsage} COMMAND`,
    "",
    ...lines,
    "",
    "CONV is a conversation's id, the beginning of it, or @NAME; ID a message's id or the beginning of it.",
    "The home is --home, else REDOUBT_HOME, else a folder of the system's. The relay is --relay, else the home's, else",
    "REDOUBT_RELAY, else http://127.0.0.1:8787. REDOUBT_PASSPHRASE stands for a passphrase that would be asked for.",
  ].join("\n");
}
