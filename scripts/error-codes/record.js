import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";
import { recorder, recordFolder } from "./recorder.js";

// Keeps what the tests of one file made the programs say: each coded error's code and sentence, and what processes wrote
// to standard error.

/** @type {Set<string>} */
const said = new Set();
Object.assign(globalThis, { [recorder]: (/** @type {string} */ text) => said.add(text) });

afterAll(() => {
  if (said.size === 0) return;
  mkdirSync(recordFolder, { recursive: true });
  appendFileSync(path.join(recordFolder, `${process.pid}.txt`), `${[...said].join("\n")}\n`);
});
