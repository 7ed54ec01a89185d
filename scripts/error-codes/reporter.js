import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readCatalogues } from "./catalogues.js";
import { recordFolder } from "./recorder.js";
import { unprovoked } from "./unprovoked.js";

/** @import { Reporter, TestModule, Vitest } from "vitest/node" */
/** @import { Entry } from "./catalogues.js" */

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * After a run of all tests: fails where a catalogue has a code that no test has provoked.
 *
 * @implements {Reporter}
 */
export default class ErrorCodesReporter {
  /** @type {Vitest | undefined} */
  #vitest;

  /** @param {Vitest} vitest */
  onInit(vitest) {
    this.#vitest = vitest;
    rmSync(recordFolder, { recursive: true, force: true });
  }

  /** @param {ReadonlyArray<TestModule>} testModules */
  async onTestRunEnd(testModules) {
    const all = (await this.#vitest?.globTestSpecifications()) ?? [];
    if (testModules.length < all.length) return;
    const said = readRecords();
    const missing = readCatalogues(root).filter((entry) => !wasSaid(entry, said) && !isExcused(entry));
    if (missing.length === 0) return;
    console.error("\nNo test provokes these codes:");
    for (const { file, code } of missing) console.error(`  ${file}: ${code}`);
    process.exitCode = 1;
  }
}

/** @returns {string} */
function readRecords() {
  if (!existsSync(recordFolder)) return "";
  return readdirSync(recordFolder)
    .map((name) => readFileSync(path.join(recordFolder, name), "utf8"))
    .join("\n");
}

/**
 * @param {Entry} entry
 * @param {string} said
 */
function wasSaid({ code, message }, said) {
  // Programs tell people the sentence alone, and scripts both.
  return said.includes(`${code} ${message}`) || said.includes(`: ${message}`) || said.includes(`"${message}`);
}

/** @param {Entry} entry */
function isExcused({ file, code }) {
  return Object.hasOwn(unprovoked, `${file} ${code}`);
}
