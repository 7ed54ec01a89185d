import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * One code of a catalogue.
 *
 * @typedef {{ readonly file: string, readonly code: string, readonly message: string }} Entry
 */

const entry = /^\s*"?([\w-]+)"?:\s*\{\s*message:\s*"((?:[^"\\]|\\.)*)",\s*retry:/gm;

/**
 * Every code that the sources can refuse with: the entries of all catalogues (`ErrorEntry` of @redoubt/base).
 *
 * @param {string} root
 * @returns {Entry[]}
 */
export function readCatalogues(root) {
  const folders = ["packages", "apps"].flatMap((top) =>
    readdirSync(path.join(root, top)).map((name) => path.join(root, top, name, "src")),
  );
  return folders.flatMap((folder) => sourcesOf(folder)).flatMap((file) => readEntries(root, file));
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Entry[]}
 */
function readEntries(root, file) {
  const text = readFileSync(file, "utf8");
  const found = [...text.matchAll(entry)].map(([, code = "", message = ""]) => ({
    file: path.relative(root, file),
    code,
    message: JSON.parse(`"${message}"`),
  }));
  const written = [...text.matchAll(/\{\s*message:[^{}]*\bretry: (true|false),?\s*\}/g)].length;
  if (written !== found.length) throw new Error(`${file}: ${written} entries, ${found.length} of them read`);
  return found;
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => path.join(folder, name));
}
