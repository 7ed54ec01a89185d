import path from "node:path";
import { checkPackage } from "./check-package.js";
import { reachableProjects } from "./projects.js";
import { projectFiles, readPackages } from "./workspace.js";

/**
 * A breach of the law of the house.
 *
 * @typedef {object} Violation
 * @property {string} rule
 * @property {string} file relative to the root
 * @property {number} line 1-based
 * @property {string} message
 */

/**
 * Everything in a tree that breaks the law of the house.
 *
 * @param {string} root absolute path of the repository
 * @returns {Violation[]}
 */
export function checkTree(root) {
  /** @type {Violation[]} */
  const violations = [];
  /** @type {import("./check-package.js").Report} */
  const report = (rule, file, line, message) => {
    violations.push({ rule, file: path.relative(root, file), line, message });
  };
  const packages = readPackages(root);
  const byName = new Map(packages.map((entry) => [entry.name, entry]));
  const built = reachableProjects(path.join(root, "tsconfig.json"));
  for (const entry of packages) {
    checkPackage(entry, byName, report);
    for (const project of projectFiles(entry.folder)) {
      if (!built.has(project)) report("unbuilt", project, 1, "the root tsconfig.json does not lead here");
    }
  }
  return violations;
}
