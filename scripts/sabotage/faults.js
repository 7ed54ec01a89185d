import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * A fault to plant, and the test that must notice.
 *
 * @typedef {object} Fault
 * @property {string} name
 * @property {string} file relative to the root
 * @property {string} find occurs exactly once in the file
 * @property {string} replace
 * @property {string} test a test file, relative to the root
 * @property {string} testName a regular expression on the test's full name, as for `vitest -t`
 */

const fields = /** @type {const} */ (["name", "file", "find", "replace", "test", "testName"]);

/**
 * Reads every list of faults in a folder.
 *
 * @param {string} folder absolute
 * @returns {Fault[]}
 * @throws {Error} for an entry that lacks a field or has one too many
 */
export function readFaults(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const entries = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
      for (const entry of entries) {
        const sound = fields.every((field) => typeof entry[field] === "string");
        if (!sound || Object.keys(entry).length !== fields.length) {
          throw new Error(`${file}: every fault has exactly the texts ${fields.join(", ")}: ${JSON.stringify(entry)}`);
        }
      }
      return entries;
    });
}

/**
 * The source with the fault in it.
 *
 * @param {string} source
 * @param {Fault} fault
 * @returns {string | undefined} undefined if the place is not there exactly once, or nothing would change
 */
export function plantFault(source, fault) {
  const parts = source.split(fault.find);
  return parts.length === 2 && fault.find !== fault.replace ? parts.join(fault.replace) : undefined;
}
