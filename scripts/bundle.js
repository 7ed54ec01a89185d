#!/usr/bin/env node
// Joins each program and all that it loads into one file, which starts in a third of the time. Native modules stay
// outside. What is newer than its inputs is left alone.
// Usage: node scripts/bundle.js [program...]
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = new Map([
  ["redoubt", "apps/cli/dist"],
  ["redoubt-relay", "apps/relayd/dist"],
]);

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : programs.keys()) {
  const folder = programs.get(name);
  if (folder === undefined) throw new Error(`no such program: ${name}`);
  await bundle(path.join(root, folder), name);
}

/**
 * @param {string} folder where `main.js` is and the bundle goes to
 * @param {string} name
 */
async function bundle(folder, name) {
  const output = path.join(folder, `${name}.js`);
  const list = path.join(folder, `${name}.inputs.json`);
  if (isFresh(output, list)) return;
  const { build } = await import("rolldown");
  const { output: parts } = await build({
    input: path.join(folder, "main.js"),
    platform: "node",
    external: ["libsql"],
    logLevel: "warn",
    output: { format: "esm", sourcemap: false, codeSplitting: false },
    write: false,
  });
  const [chunk] = parts;
  // Others may be starting the program that stands there.
  replace(output, chunk.code);
  replace(list, JSON.stringify(chunk.moduleIds.filter((id) => path.isAbsolute(id))));
}

/**
 * @param {string} output
 * @param {string} list
 */
function isFresh(output, list) {
  if (!existsSync(output) || !existsSync(list)) return false;
  const made = statSync(output).mtimeMs;
  const inputs = /** @type {string[]} */ (JSON.parse(readFileSync(list, "utf8")));
  return [fileURLToPath(import.meta.url), ...inputs].every((file) => existsSync(file) && statSync(file).mtimeMs < made);
}

/**
 * @param {string} file
 * @param {string} text
 */
function replace(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
