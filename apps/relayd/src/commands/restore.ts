import { open } from "node:fs/promises";
import { BackupError, restoreBackup } from "@redoubt/relay-store";
import { type Command, dataOption, readWords } from "../command.js";

/** What `restore` was asked to do. */
export interface RestoreArguments {
  readonly data: string;
  /** `-` for standard input. */
  readonly file: string;
}

/** Puts a backup into an empty data folder. */
export const restore: Command<RestoreArguments> = {
  synopsis: "redoubt-relay restore [--data DIR] FILE",
  explanation: `  restore           checks a backup and puts it into an empty data folder
  FILE              what backup has made; - for standard input`,
  read: (words) => {
    const { values, operands } = readWords(words, dataOption, ["FILE"]);
    return { data: values.data, file: operands[0] as string };
  },
  run: async ({ data, file }) => {
    const archive = file === "-" ? process.stdin : await openFile(file);
    const { day, files, bytes, accounts, logs } = await restoreBackup(archive, data);
    console.log(`Restored the backup of ${day} (UTC): ${files} files, ${bytes} bytes; every hash and the database are right.
The relay has ${accounts} accounts and ${logs} logs. Inboxes number on from far above, and one-time keys are forgotten, so
that no device takes something new for old. Whatever came after the backup is gone from the relay; devices have it still.
Start the relay: conversations go on from what relay and devices both have.`);
    return 0;
  },
};

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    throw new BackupError("cannot-read", undefined, error);
  }
}
