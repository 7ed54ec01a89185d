import path from "node:path";
import {
  accountQuestion,
  discloseToFolder,
  loadDisclosureKey,
  logQuestion,
  type Question,
  verifyFolder,
} from "@redoubt/relay";
import { type Command, dataOption, readWords, UsageError } from "../command.js";

const discloseOptions = {
  ...dataOption,
  account: { type: "string" },
  log: { type: "string" },
  out: { type: "string" },
} as const;

const verifyOptions = { key: { type: "string" } } as const;

/** What `disclose` was asked to do. */
export type DiscloseArguments =
  | {
      readonly kind: "disclose";
      readonly data: string;
      readonly account: string | undefined;
      readonly log: string | undefined;
      readonly out: string | undefined;
    }
  | { readonly kind: "verify"; readonly folder: string; readonly key: string | undefined }
  | { readonly kind: "key"; readonly data: string };

/** Says what the relay holds about an account or a log, and checks what a relay has said. */
export const disclose: Command<DiscloseArguments> = {
  synopsis: `redoubt-relay disclose [--data DIR] (--account NAME | --log ID) [--out DIR]
redoubt-relay disclose verify DIR [--key KEY]
redoubt-relay disclose key [--data DIR]`,
  explanation: `  disclose          writes all that the relay holds about an account or a log into a new folder, signed, with a page to
                    print; also while the relay is running
  --account NAME    a user name
  --log ID          a log's id, 64 hexadecimal digits
  --out DIR         the new folder (disclosure-NAME-DAY)
  disclose verify   checks such a folder with nothing but itself and the key
  --key KEY         the relay's key, from elsewhere: what disclose key prints, and what it serves at /v1/disclosure-key
  disclose key      prints the key that the relay signs disclosures by`,
  read: (words) => {
    if (words[0] === "verify") {
      const { values, operands } = readWords(words.slice(1), verifyOptions, ["DIR"]);
      return { kind: "verify", folder: operands[0] as string, key: values.key };
    }
    if (words[0] === "key") return { kind: "key", data: readWords(words.slice(1), dataOption).values.data };
    const { data, account, log, out } = readWords(words, discloseOptions).values;
    if ((account === undefined) === (log === undefined)) throw new UsageError("give either --account or --log");
    return { kind: "disclose", data, account, log, out };
  },
  run: async (asked) => {
    if (asked.kind === "verify") return verify(asked.folder, asked.key);
    if (asked.kind === "key") console.log(loadDisclosureKey(asked.data).verifierKey);
    else discloseOne(asked);
    return 0;
  },
};

function discloseOne({ data, account, log, out }: Extract<DiscloseArguments, { kind: "disclose" }>): void {
  const question = account === undefined ? logQuestion(log as string) : accountQuestion(account);
  const folder = out ?? defaultFolder(question);
  const { document } = discloseToFolder({ data, question, out: folder });
  const what = question.kind === "account" ? `account @${question.name}` : `log ${question.id}`;
  const rows = new Map<string, number>();
  for (const { name, finding } of document.inventory) {
    if (finding.kind === "rows") rows.set(name.split(".")[0] as string, finding.count);
  }
  console.log(`${document.found ? "Found" : "There is no"} ${what}.`);
  for (const [table, count] of rows) console.log(`  ${table.padEnd(16)} ${count} ${count === 1 ? "row" : "rows"}`);
  console.log(`Written to ${folder}; the page to read is ${path.join(folder, "index.html")}.`);
  console.log(`Signed by ${document.key}`);
}

function defaultFolder(question: Question): string {
  const day = new Date().toISOString().slice(0, 10);
  const about = question.kind === "account" ? question.name : `log-${question.id.slice(0, 8)}`;
  return `disclosure-${about}-${day}`;
}

async function verify(folder: string, expected: string | undefined): Promise<0 | 1> {
  const { statement, key, faults } = await verifyFolder(folder, expected);
  for (const fault of faults) console.error(`redoubt-relay: ${fault.message}`);
  if (faults.length > 0) return 1;
  console.log(`It holds: ${statement.files.length} files, signed by ${key}`);
  console.log(`${statement.relay} said on ${statement.day} what it holds about ${statement.question}.`);
  if (expected === undefined) {
    console.log(
      "No --key was given: whether this is the relay's key is for you to compare, with a source of your own.",
    );
  }
  return 0;
}
