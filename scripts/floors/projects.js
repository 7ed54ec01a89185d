import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} Project a tsconfig file with what it inherits
 * @property {string} file absolute
 * @property {Readonly<Record<string, unknown>>} options compilerOptions, the inherited ones included
 * @property {readonly string[]} references absolute paths of the referenced tsconfig files
 */

/**
 * Reads a tsconfig file and the options that it inherits through `extends`.
 *
 * @param {string} file absolute
 * @returns {Project}
 */
export function readProject(file) {
  const config = JSON.parse(readFileSync(file, "utf8"));
  const folder = path.dirname(file);
  const inherited = config.extends === undefined ? {} : readProject(path.resolve(folder, config.extends)).options;
  return {
    file,
    options: { ...inherited, ...config.compilerOptions },
    references: (config.references ?? []).map((/** @type {{ path: string }} */ reference) => {
      const target = path.resolve(folder, reference.path);
      return target.endsWith(".json") ? target : path.join(target, "tsconfig.json");
    }),
  };
}

/**
 * The nearest `tsconfig.json` at or above the file's folder, not above `top`.
 *
 * @param {string} file absolute
 * @param {string} top absolute
 * @returns {string | undefined}
 */
export function owningProject(file, top) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "tsconfig.json");
    if (existsSync(candidate)) return candidate;
    if (folder === top || path.dirname(folder) === folder) return undefined;
  }
}

/**
 * Every tsconfig file that building `file` builds, itself included.
 *
 * @param {string} file absolute
 * @returns {Set<string>}
 */
export function reachableProjects(file) {
  const reached = new Set([file]);
  for (const project of reached) {
    if (!existsSync(project)) continue;
    for (const reference of readProject(project).references) reached.add(reference);
  }
  return reached;
}
