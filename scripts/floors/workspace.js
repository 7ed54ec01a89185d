import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} Package
 * @property {string} name without the scope
 * @property {string} fullName as its package.json says
 * @property {string} group the workspace's top folder: packages, apps or garden
 * @property {string} folder absolute
 * @property {string} sourceFolder absolute: `src`, or in the garden the whole package
 * @property {Manifest} manifest
 */

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, unknown>} [exports]
 */

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const testFile = /\.test\.[cm]?[jt]sx?$/;

/**
 * The packages that the root's `workspaces` name. Each pattern has the form `folder/*`.
 *
 * @param {string} root absolute
 * @returns {Package[]}
 */
export function readPackages(root) {
  const { workspaces } = readJson(path.join(root, "package.json"));
  /** @type {Package[]} */
  const packages = [];
  for (const pattern of workspaces) {
    const group = pattern.replace(/\/\*$/, "");
    if (!existsSync(path.join(root, group))) continue;
    for (const name of readdirSync(path.join(root, group)).sort()) {
      const folder = path.join(root, group, name);
      if (!existsSync(path.join(folder, "package.json"))) continue;
      const manifest = /** @type {Manifest} */ (readJson(path.join(folder, "package.json")));
      const sourceFolder = group === "garden" ? folder : path.join(folder, "src");
      packages.push({ name, fullName: manifest.name, group, folder, sourceFolder, manifest });
    }
  }
  return packages;
}

/**
 * The source files under a folder, without tests, builds and installed packages.
 *
 * @param {string} folder absolute
 * @returns {string[]} absolute, sorted
 */
export function sourceFiles(folder) {
  return filesUnder(folder).filter((file) => sourceFile.test(file) && !isTest(file));
}

/**
 * The platform whose own folder a source file stands in.
 *
 * @param {Package} owner
 * @param {string} file absolute
 * @returns {"node" | "web" | undefined}
 */
export function platformOf(owner, file) {
  const [top] = path.relative(owner.sourceFolder, file).split(path.sep);
  return top === "node" || top === "web" ? top : undefined;
}

/**
 * The tsconfig files under a folder.
 *
 * @param {string} folder absolute
 * @returns {string[]}
 */
export function projectFiles(folder) {
  return filesUnder(folder).filter((file) => /^tsconfig.*\.json$/.test(path.basename(file)));
}

/** @param {string} file */
export function isTest(file) {
  return testFile.test(file);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      if (!entry.isDirectory()) return [full];
      return entry.name === "node_modules" || entry.name === "dist" ? [] : filesUnder(full);
    });
}

/**
 * The source file that a relative import means: `./x.js` is written for `x.ts`.
 *
 * @param {string} from absolute path of the importing file
 * @param {string} specifier
 * @returns {string | undefined} absolute; undefined if there is no such file
 */
export function resolveRelative(from, specifier) {
  const target = path.resolve(path.dirname(from), specifier);
  const bare = target.replace(/\.js$/, "");
  return [`${bare}.ts`, `${bare}.tsx`, `${bare}.d.ts`, target].find(
    (file) => existsSync(file) && statSync(file).isFile(),
  );
}

/**
 * The source file behind an export of a package.
 *
 * @param {Package} target
 * @param {string} subpath `.` or `./node`
 * @returns {string | undefined} absolute; undefined if the package does not export it from source
 */
export function resolveExport(target, subpath) {
  const entry = target.manifest.exports?.[subpath];
  if (typeof entry !== "object" || entry === null || !("source" in entry)) return undefined;
  return typeof entry.source === "string" ? path.join(target.folder, entry.source) : undefined;
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
