import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { arrowFault, isGarden, mayChoosePlatform, mayUseNode, scope } from "./law.js";
import { owningProject, readProject } from "./projects.js";
import { isTest, platformOf, resolveExport, resolveRelative } from "./workspace.js";

/** @import { Package } from "./workspace.js" */

/**
 * What a check knows of the file it reads, and where it puts what it finds.
 *
 * @typedef {object} FileContext
 * @property {Package} owner
 * @property {string} file absolute
 * @property {ReadonlyMap<string, Package>} packages by name without the scope
 * @property {(rule: string, message: string) => void} report
 */

/**
 * Checks one import of one source file.
 *
 * @param {FileContext} context
 * @param {string} specifier
 * @returns {string | undefined} the file of the same package that it leads to, absolute
 */
export function checkImport(context, specifier) {
  // A bundler's way to name a file's address instead of what it exports.
  const [module = specifier] = specifier.split("?");
  if (module !== specifier) return checkImport(context, module);
  if (specifier.startsWith(".") || path.isAbsolute(specifier)) return checkRelative(context, specifier);
  if (isBuiltin(specifier)) checkBuiltin(context, specifier);
  else if (specifier.startsWith(scope)) checkWorkspace(context, specifier);
  else checkThirdParty(context, specifier);
  return undefined;
}

/**
 * @param {FileContext} context
 * @param {string} specifier
 */
function checkRelative({ owner, file, report }, specifier) {
  const target = resolveRelative(file, specifier);
  const inside = path.relative(owner.sourceFolder, path.resolve(path.dirname(file), specifier));
  if (inside.startsWith("..") || path.isAbsolute(inside) || path.isAbsolute(specifier)) {
    report("leaves-package", `${specifier} leads out of ${path.basename(owner.sourceFolder)}`);
    return undefined;
  }
  if (target === undefined) {
    report("missing", `${specifier} leads to no file`);
    return undefined;
  }
  if (isTest(target)) report("test-code", `${specifier} is a test`);
  if (isGarden(owner.name)) return target;
  const platform = platformOf(owner, target);
  if (platform !== undefined && platform !== platformOf(owner, file)) {
    report("platform", `${specifier} is code of one platform, and this file is not in src/${platform}`);
  }
  checkReference(owner, file, target, report);
  return target;
}

/**
 * @param {FileContext} context
 * @param {string} specifier
 */
function checkBuiltin({ owner, file, report }, specifier) {
  if (!mayUseNode(owner.name) && platformOf(owner, file) !== "node") {
    report("builtin", `${specifier} is Node's own: only src/node may import it in ${owner.name}`);
  }
}

/**
 * @param {FileContext} context
 * @param {string} specifier
 */
function checkWorkspace({ owner, file, packages, report }, specifier) {
  const [name = "", ...rest] = specifier.slice(scope.length).split("/");
  const target = packages.get(name);
  if (target === undefined) {
    report("unknown-package", `${specifier} is no package of this workspace`);
    return;
  }
  const fault = arrowFault(owner.name, name);
  if (fault !== undefined) report(fault.rule, fault.message);
  if (!isDeclared(owner, target.fullName)) report("undeclared", `${specifier} is not in package.json's dependencies`);
  if ((rest[0] === "node" || rest[0] === "web") && !mayChoosePlatform(owner.name)) {
    report("platform", `only apps and the garden choose a platform, ${owner.name} may not import ${specifier}`);
  }
  const entry = resolveExport(target, [".", ...rest].join("/"));
  if (entry === undefined) report("missing", `${specifier} is not exported from source`);
  else if (!isGarden(owner.name)) checkReference(owner, file, entry, report);
}

/**
 * @param {FileContext} context
 * @param {string} specifier
 */
function checkThirdParty({ owner, report }, specifier) {
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : /** @type {string} */ (parts[0]);
  if (!isDeclared(owner, name)) report("undeclared", `${name} is not in package.json's dependencies`);
}

/**
 * @param {Package} owner
 * @param {string} dependency
 */
function isDeclared(owner, dependency) {
  const { dependencies, peerDependencies, devDependencies } = owner.manifest;
  const declared = { ...dependencies, ...peerDependencies, ...(isGarden(owner.name) ? devDependencies : {}) };
  return Object.hasOwn(declared, dependency);
}

/**
 * An import that crosses from one TypeScript project to another needs a reference, else it compiles against
 * whatever an earlier build left.
 *
 * @param {Package} owner
 * @param {string} file absolute
 * @param {string} target absolute
 * @param {FileContext["report"]} report
 */
function checkReference(owner, file, target, report) {
  const project = owningProject(file, owner.folder);
  const targetProject = owningProject(target, path.dirname(owner.folder));
  if (project === targetProject || project === undefined || targetProject === undefined) return;
  if (!existsSync(target)) return;
  if (!readProject(project).references.includes(targetProject)) {
    const wanted = path.relative(path.dirname(project), path.dirname(targetProject));
    report("reference", `${path.relative(owner.folder, project)} has no reference to ${wanted}`);
  }
}
