import { type BackupContents, backupToFile, backupToStream } from "@redoubt/relay-store";
import { type Command, dataOption, readWords } from "../command.js";

/** What `backup` was asked to do. */
export interface BackupArguments {
  readonly data: string;
  /** `-` for standard output. */
  readonly file: string;
}

/** Makes one file of all that a relay has, also while it runs. */
export const backup: Command<BackupArguments> = {
  synopsis: "redoubt-relay backup [--data DIR] FILE",
  explanation: `  backup            makes one file of database, files and keys, also while the relay is running
  FILE              must not exist; - for standard output`,
  read: (words) => {
    const { values, operands } = readWords(words, dataOption, ["FILE"]);
    return { data: values.data, file: operands[0] as string };
  },
  run: async ({ data, file }) => {
    const order = { folder: data, clock: Date.now };
    // Standard output is the backup itself.
    if (file === "-") console.error(describe(await backupToStream(order, process.stdout)));
    else console.log(describe(await backupToFile(order, file)));
    return 0;
  },
};

function describe({ day, schema, blobs, leftOut }: BackupContents): string {
  const sums = `Backed up: a database of version ${schema} and ${blobs} files of people, ${day} (UTC).`;
  if (leftOut === 0) return sums;
  return `${sums}\nLeft out: ${leftOut} files that expired meanwhile, or whose bytes are missing (see doctor).`;
}
