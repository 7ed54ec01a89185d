import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkImport } from "./check-import.js";
import { findCycles } from "./cycles.js";
import { arrowFault, isGarden, isKnown, isNeutral, scope } from "./law.js";
import { owningProject, readProject } from "./projects.js";
import { readImports } from "./read-imports.js";
import { platformOf, sourceFiles } from "./workspace.js";

/** @import { Package } from "./workspace.js" */

/** @typedef {(rule: string, file: string, line: number, message: string) => void} Report */

/**
 * Checks a package's place, its manifest, its TypeScript environment and every import of its source.
 *
 * @param {Package} entry
 * @param {ReadonlyMap<string, Package>} packages by name without the scope
 * @param {Report} report
 */
export function checkPackage(entry, packages, report) {
  const manifestFile = path.join(entry.folder, "package.json");
  if (!isKnown(entry.group, entry.name) || entry.fullName !== scope + entry.name) {
    report("unknown-package", manifestFile, 1, `${entry.group}/${entry.name} (${entry.fullName}) stands on no floor`);
    return;
  }
  checkManifest(entry, (rule, message) => report(rule, manifestFile, 1, message));
  /** @type {Map<string, Set<string>>} */
  const arrows = new Map();
  /** @type {Set<string>} */
  const projects = new Set();
  for (const file of sourceFiles(entry.sourceFolder)) {
    arrows.set(file, checkFile(entry, packages, file, report));
    const project = owningProject(file, entry.folder);
    if (project === undefined) report("environment", file, 1, "no tsconfig.json at or above this file");
    else projects.add(project);
  }
  for (const cycle of findCycles(arrows)) {
    const names = cycle.map((file) => path.relative(entry.sourceFolder, file));
    report("cycle", /** @type {string} */ (cycle[0]), 1, names.join(" → "));
  }
  if (isNeutral(entry.name)) for (const project of projects) checkEnvironment(entry, project, report);
}

/**
 * A dependency that is declared and not imported is an arrow all the same.
 *
 * @param {Package} entry
 * @param {(rule: string, message: string) => void} report
 */
function checkManifest(entry, report) {
  const { dependencies, peerDependencies } = entry.manifest;
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!dependency.startsWith(scope)) continue;
    const fault = arrowFault(entry.name, dependency.slice(scope.length));
    if (fault !== undefined) report(fault.rule, fault.message);
  }
}

/**
 * @param {Package} owner
 * @param {ReadonlyMap<string, Package>} packages
 * @param {string} file
 * @param {Report} report
 * @returns {Set<string>} the files of the same package that it imports
 */
function checkFile(owner, packages, file, report) {
  const { imports, directives } = readImports(file, readFileSync(file, "utf8"));
  /** @type {Set<string>} */
  const targets = new Set();
  for (const { specifier, line } of imports) {
    if (specifier === undefined) {
      if (!isGarden(owner.name)) report("unreadable", file, line, "an import whose module is not a literal");
      continue;
    }
    const context = {
      owner,
      file,
      packages,
      report: (/** @type {string} */ rule, /** @type {string} */ message) => report(rule, file, line, message),
    };
    const target = checkImport(context, specifier);
    if (target !== undefined) targets.add(target);
  }
  for (const { kind, value, line } of directives) {
    if (isNeutral(owner.name) && platformOf(owner, file) === undefined && kind !== "path") {
      report("environment", file, line, `a reference to ${kind} ${value}`);
    }
    if (kind === "path") report("environment", file, line, `a reference to the path ${value}: import it`);
  }
  return targets;
}

/**
 * Floors 0 to 3 compile against the language alone; `src/node` adds Node's types, `src/web` the DOM's.
 *
 * @param {Package} entry
 * @param {string} project absolute path of a tsconfig file
 * @param {Report} report
 */
function checkEnvironment(entry, project, report) {
  if (!existsSync(project)) return;
  const { lib, types } = readProject(project).options;
  const platform = platformOf(entry, project);
  const libraries = Array.isArray(lib) ? lib.filter((name) => !/^es[\d.a-z]*$/i.test(name)) : ["(the default)"];
  const ambient = Array.isArray(types) ? types : ["(all installed)"];
  if (libraries.length > 0 && platform !== "web") {
    report("environment", project, 1, `lib may hold ECMAScript alone, not ${libraries.join(", ")}`);
  }
  const foreign = ambient.filter((name) => platform !== "node" || name !== "node");
  if (foreign.length > 0) report("environment", project, 1, `types may not hold ${foreign.join(", ")}`);
}
