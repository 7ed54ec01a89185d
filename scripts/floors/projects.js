import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} Project a tsconfig file with what it inherits
 * @property {string} file absolute
 * @property {Readonly<Record<string, unknown>>} options compilerOptions, the inherited ones included
 * @property {readonly string[]} references absolute paths of the referenced tsconfig files
 * @property {boolean} isSolution whether it has no files of its own and only gathers others
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
    isSolution: Array.isArray(config.files) && config.files.length === 0 && config.include === undefined,
  };
}

/**
 * The project that compiles a file: the nearest `tsconfig.json` at or above its folder, not above `top`; where that
 * is a solution, the project of the same folder that it gathers first.
 *
 * @param {string} file absolute
 * @param {string} top absolute
 * @returns {string | undefined} absolute path of the tsconfig file
 */
export function owningProject(file, top) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const nearest = path.join(folder, "tsconfig.json");
    if (existsSync(nearest)) {
      const { isSolution, references } = readProject(nearest);
      return isSolution ? references.find((reference) => path.dirname(reference) === folder) : nearest;
    }
    if (folder === top || path.dirname(folder) === folder) return undefined;
  }
}

/**
 * Whether a project names another in its references, itself or through a solution.
 *
 * @param {string} project absolute path of a tsconfig file
 * @param {string} target absolute path of a tsconfig file
 */
export function references(project, target) {
  return readProject(project).references.some((reference) => {
    if (reference === target) return true;
    if (!existsSync(reference)) return false;
    const gathered = readProject(reference);
    return gathered.isSolution && gathered.references.includes(target);
  });
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
