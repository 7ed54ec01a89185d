import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const leftOut = new Set([".git", "node_modules", "dist", "coverage", "data"]);

/**
 * Copies the working tree, without builds and history, into a temporary folder, with the
 * installed packages linked and the workspace's own packages led to the copy, so that a fault in one package reaches
 * the tests of another. Test vectors beside the checkout stay reachable by the same relative path.
 *
 * @param {string} root absolute
 * @returns {{ root: string, remove: () => void }}
 */
export function copyTree(root) {
  const top = mkdtempSync(path.join(tmpdir(), "sabotage-"));
  const copy = path.join(top, "tree");
  cpSync(root, copy, { recursive: true, filter: (file) => !leftOut.has(path.basename(file)) });
  for (const folder of [".", ...workspaceFolders(root)]) linkInstalled(root, copy, folder);
  const shared = path.join(root, "..", "shared");
  if (existsSync(shared)) symlinkSync(shared, path.join(top, "shared"));
  return { root: copy, remove: () => rmSync(top, { recursive: true }) };
}

/**
 * The folders of the workspace's packages, relative to the root.
 *
 * @param {string} root
 * @returns {string[]}
 */
function workspaceFolders(root) {
  return ["packages", "apps", "garden"]
    .filter((group) => existsSync(path.join(root, group)))
    .flatMap((group) => readdirSync(path.join(root, group)).map((name) => path.join(group, name)));
}

/**
 * Links every package installed in a folder's `node_modules`; links of the scope `@redoubt` are made anew, since npm
 * made them to the original's packages.
 *
 * @param {string} root
 * @param {string} copy
 * @param {string} folder relative to both
 */
function linkInstalled(root, copy, folder) {
  const installed = path.join(root, folder, "node_modules");
  if (!existsSync(installed)) return;
  const target = path.join(copy, folder, "node_modules");
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name.startsWith(".")) continue;
    if (name !== "@redoubt") {
      symlinkSync(path.join(installed, name), path.join(target, name));
      continue;
    }
    mkdirSync(path.join(target, name));
    for (const workspace of readdirSync(path.join(installed, name))) {
      const own = workspaceFolders(root).find((candidate) => path.basename(candidate) === workspace);
      if (own !== undefined) symlinkSync(path.join(copy, own), path.join(target, name, workspace));
    }
  }
}
