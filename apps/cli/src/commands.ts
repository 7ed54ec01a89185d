import { accountCommands } from "./account-commands.js";
import { backupCommands } from "./backup-commands.js";
import type { Command } from "./command.js";
import { conversationCommands } from "./conversation-commands.js";
import { disclosureCommands } from "./disclosure-commands.js";
import { fileCommands } from "./file-commands.js";
import { groupCommands } from "./group-commands.js";
import { messageCommands } from "./message-commands.js";
import { globalUsage } from "./parse-arguments.js";
import { profileCommands } from "./profile-commands.js";
import { readingCommands } from "./reading-commands.js";
import { createRpcCommand } from "./rpc-command.js";

/** Where summaries begin in the help. */
const summaryColumn = 42;
const indent = " ".repeat(summaryColumn);

/** Commands as the help shows them: by kind. */
const kinds = [
  ["Account and contacts", { ...accountCommands, ...profileCommands, ...disclosureCommands }],
  ["Conversations", { ...conversationCommands, ...readingCommands }],
  ["Messages", { ...messageCommands, ...fileCommands }],
  ["Groups", groupCommands],
  ["The home", backupCommands],
] as const satisfies readonly (readonly [heading: string, Readonly<Record<string, Command>>])[];

const ordinary: readonly (readonly [name: string, Command])[] = kinds.flatMap(([, found]) => Object.entries(found));
const rpc = createRpcCommand(new Map(ordinary));

/** Every command by its name. */
export const commands: ReadonlyMap<string, Command> = new Map([...ordinary, ["rpc", rpc]]);

function helpLines(found: Readonly<Record<string, Command>>): readonly string[] {
  return Object.entries(found).map(([name, { usage, summary }]) => {
    const form = `  ${`${name} ${usage}`.trimEnd()}`;
    // A long form has a line of its own.
    return form.length < summaryColumn ? `${form.padEnd(summaryColumn)}${summary}` : `${form}\n${indent}${summary}`;
  });
}

/** What `--help` says. */
export function helpText(): string {
  const sections = [...kinds, ["Programs", { rpc }] as const];
  const lines = sections.flatMap(([heading, found]) => [`${heading}:`, ...helpLines(found), ""]);
  return [
    `redoubt ${globalUsage} COMMAND`,
    "",
    ...lines,
    "CONV is a conversation's id, the beginning of it, or @NAME; ID a message's id or the beginning of it.",
    "The home is --home, else REDOUBT_HOME, else a folder of the system's. The relay is --relay, else the home's, else",
    "REDOUBT_RELAY, else http://127.0.0.1:8787. REDOUBT_PASSPHRASE stands for a passphrase that would be asked for.",
  ].join("\n");
}
