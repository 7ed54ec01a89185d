import { dataMap, dataMapFile, dataMapHash, renderDataMap } from "@redoubt/relay";
import { type Command, readWords } from "../command.js";

const options = {
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
} as const;

/** Prints the list of everything that this version of the relay holds. */
export const dataMapCommand: Command<{ readonly json: boolean; readonly markdown: boolean }> = {
  synopsis: "redoubt-relay data-map [--json | --markdown]",
  explanation: `  data-map          lists everything that this version of the relay can hold, and why none of it opens a message
  --json            as the file whose SHA-256 is in every disclosure
  --markdown        as a page of the documentation`,
  read: (words) => readWords(words, options).values,
  run: async ({ json, markdown }) => {
    if (json) process.stdout.write(dataMapFile);
    else if (markdown) process.stdout.write(renderDataMap());
    else {
      for (const { place, name, class: kind, purpose } of dataMap) {
        console.log(`${place.padEnd(7)} ${name}  (${kind})\n        ${purpose}`);
      }
      console.log(`\nSHA-256 ${dataMapHash}`);
    }
    return 0;
  },
};
