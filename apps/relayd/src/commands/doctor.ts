import { type Examined, examineRelay, type Finding } from "@redoubt/relay";
import { type Command, readWords, UsageError } from "../command.js";
import { readStart, startOptions } from "./start.js";

const options = { ...startOptions, url: { type: "string" }, json: { type: "boolean", default: false } } as const;

/** What `doctor` was asked to look at, and how to say it. */
export interface DoctorArguments {
  readonly examined: Examined;
  readonly json: boolean;
}

const marks = { ok: "ok  ", warn: "WARN", fail: "FAIL" } as const satisfies Record<Finding["status"], string>;

/** Looks for what is wrong with a relay and says what to do. */
export const doctor: Command<DoctorArguments> = {
  synopsis: "redoubt-relay doctor [the options of start] [--url URL] [--json]",
  explanation: `  doctor            looks at machine, folder and address of a relay, running or stopped; says what to do.
                    Give it the options that start is given. Exit status 1 if anything fails
  --url URL         the same as --public-url
  --json            one JSON object a line`,
  read: (words) => {
    const { values } = readWords(words, options);
    const { url, json, ...others } = values;
    if (url !== undefined && others["public-url"] !== undefined)
      throw new UsageError("--url is --public-url: give one");
    const { data, publicUrl, tls, maxStorage, trustProxy, registration } = readStart({
      ...others,
      ...(url === undefined ? {} : { "public-url": url }),
    });
    return { examined: { data, publicUrl, tls, maxStorage, trustProxy, registration }, json };
  },
  run: async ({ examined, json }) => {
    let status: 0 | 1 = 0;
    for await (const finding of examineRelay(examined)) {
      if (finding.status === "fail") status = 1;
      console.log(json ? JSON.stringify(finding) : describe(finding));
    }
    return status;
  },
};

function describe({ check, status, says, advice }: Finding): string {
  const line = `${marks[status]}  ${check}: ${says}`;
  return advice === undefined ? line : `${line}\n      ${advice}`;
}
