#!/usr/bin/env node
// Gathers what the relay needs to run, and nothing else, in a folder: the program, the web app, SQLite's binding.
// Usage: node scripts/pack-relay.js FOLDER [--without-web]          after `npm run build`
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [folder, ...options] = process.argv.slice(2);
if (folder === undefined || existsSync(folder)) throw new Error("give a folder that does not exist yet");

/** From where in the tree, and to where in the folder. @type {[string, string][]} */
const files = [
  ["LICENSE", "LICENSE"],
  ["apps/relayd/bin/redoubt-relay.js", "bin/redoubt-relay.js"],
  ["apps/relayd/dist/redoubt-relay.js", "dist/redoubt-relay.js"],
];
if (!options.includes("--without-web")) files.push(["apps/web/dist", "web"]);
for (const name of closureOf("libsql")) files.push([`node_modules/${name}`, `node_modules/${name}`]);

for (const [from, to] of files) {
  mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
  cpSync(path.join(root, from), path.join(folder, to), { recursive: true });
}
writeFileSync(path.join(folder, "package.json"), `${JSON.stringify({ type: "module" })}\n`);

/**
 * A package and all that it stands on, as far as it is installed: of the builds for many platforms one or two are.
 *
 * @param {string} name
 * @returns {string[]}
 */
function closureOf(name) {
  const manifest = path.join(root, "node_modules", name, "package.json");
  if (!existsSync(manifest)) return [];
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  const below = Object.keys({ ...dependencies, ...optionalDependencies });
  return [...new Set([name, ...below.flatMap(closureOf)])];
}
