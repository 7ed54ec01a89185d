/**
 * The house: on which floor every package stands, and in which wing. ARCHITECTURE.md, "The house", says why.
 *
 * @typedef {"shared" | "client" | "relay"} Wing
 * @typedef {{ readonly folder: string, readonly floor: number, readonly wing: Wing }} Place
 */

export const scope = "@redoubt/";

/** The highest floor whose code knows neither Node nor the DOM outside `src/node` and `src/web`. */
const lastNeutralFloor = 3;
const appFloor = 6;

/** @type {Readonly<Record<string, Place>>} */
const places = {
  base: { folder: "packages", floor: 0, wing: "shared" },
  wire: { folder: "packages", floor: 0, wing: "shared" },
  crypto: { folder: "packages", floor: 1, wing: "client" },
  identity: { folder: "packages", floor: 1, wing: "shared" },
  translog: { folder: "packages", floor: 1, wing: "shared" },
  mls: { folder: "packages", floor: 2, wing: "client" },
  "relay-core": { folder: "packages", floor: 2, wing: "relay" },
  conversation: { folder: "packages", floor: 3, wing: "client" },
  store: { folder: "packages", floor: 4, wing: "client" },
  transport: { folder: "packages", floor: 4, wing: "client" },
  "relay-store": { folder: "packages", floor: 4, wing: "relay" },
  client: { folder: "packages", floor: 5, wing: "client" },
  relay: { folder: "packages", floor: 5, wing: "relay" },
  web: { folder: "apps", floor: appFloor, wing: "client" },
  cli: { folder: "apps", floor: appFloor, wing: "client" },
  relayd: { folder: "apps", floor: appFloor, wing: "relay" },
};

const gardenNames = new Set(["testkit", "bench", "e2e", "fuzz", "peers"]);

/**
 * Whether a package of this name may stand in this folder.
 *
 * @param {string} folder the workspace's top folder: packages, apps or garden
 * @param {string} name without the scope
 */
export function isKnown(folder, name) {
  return folder === "garden" ? gardenNames.has(name) : places[name]?.folder === folder;
}

/** @param {string} name */
export function isGarden(name) {
  return gardenNames.has(name);
}

/**
 * Why `from` may not import `to`, or `undefined` if it may.
 *
 * @param {string} from package name without the scope
 * @param {string} to
 * @returns {{ rule: string, message: string } | undefined}
 */
export function arrowFault(from, to) {
  if (isGarden(from)) return undefined;
  if (isGarden(to)) return { rule: "garden", message: `${from} may not import ${to}: no src imports the garden` };
  const source = places[from];
  const target = places[to];
  if (source === undefined || target === undefined) {
    return { rule: "unknown-package", message: `${target === undefined ? to : from} stands on no floor` };
  }
  if (source.wing !== "shared" && target.wing !== "shared" && source.wing !== target.wing) {
    return { rule: "wing", message: `${from} (${source.wing} wing) may not import ${to} (${target.wing} wing)` };
  }
  if (target.floor >= source.floor) {
    return {
      rule: "floor",
      message: `${from} (F${source.floor}) may not import ${to} (F${target.floor}): only strictly lower floors`,
    };
  }
  return undefined;
}

/**
 * Whether the package's plain source (outside `src/node` and `src/web`) may use `node:` builtins.
 * The relay runs on Node alone from the floor where its storage begins; a client has a browser twin up to its apps.
 *
 * @param {string} name
 */
export function mayUseNode(name) {
  const place = places[name];
  if (place === undefined) return isGarden(name);
  return place.floor >= appFloor || (place.wing === "relay" && place.floor > lastNeutralFloor);
}

/**
 * Whether the package must compile with neither DOM nor Node types outside `src/node` and `src/web`.
 *
 * @param {string} name
 */
export function isNeutral(name) {
  const place = places[name];
  return place !== undefined && place.floor <= lastNeutralFloor;
}

/**
 * Whether the package may choose a platform, that is import the `/node` and `/web` exports of others.
 *
 * @param {string} name
 */
export function mayChoosePlatform(name) {
  return isGarden(name) || (places[name]?.floor ?? 0) >= appFloor;
}
