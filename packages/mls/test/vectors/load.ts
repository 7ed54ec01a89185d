import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const folder = fileURLToPath(new URL("../../../../../shared/vectors/mls/", import.meta.url));

/** Whether the working group's vectors are at hand; where not, their suites skip. */
export const hasVectors = existsSync(folder);

/** The suites of RFC 9420 that we have. */
const vectorSuites: readonly number[] = [1, 2, 3];

/** The cases of one file of mlswg/mls-implementations `test-vectors/`. */
export function loadVectors<T>(name: string): T[] {
  if (!hasVectors) return [];
  return JSON.parse(gunzipSync(readFileSync(`${folder}${name}.json.gz`)).toString("utf8"));
}

/** Those for the suites that we have. */
export function loadSuiteVectors<T extends { cipher_suite: number }>(name: string): T[] {
  return loadVectors<T>(name).filter((vector) => vectorSuites.includes(vector.cipher_suite));
}
