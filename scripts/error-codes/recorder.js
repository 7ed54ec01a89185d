import { fileURLToPath } from "node:url";

/** Under what the function that takes notes is known to everybody in a test's thread. */
export const recorder = Symbol.for("redoubt.error-codes");

export const recordFolder = fileURLToPath(new URL("../../node_modules/.cache/error-codes", import.meta.url));

const errorFile = "/packages/base/src/error.ts";
const mark = "super(";

/**
 * Makes the class of all coded errors tell of each that is made: in tests alone, the sources know nothing of it.
 *
 * @returns {import("vite").Plugin}
 */
export function tellErrors() {
  return {
    name: "tell-errors",
    enforce: "pre",
    transform(code, id) {
      if (!id.split("?", 1)[0]?.replaceAll("\\", "/").endsWith(errorFile)) return undefined;
      const at = code.indexOf(mark);
      if (at === -1) throw new Error(`${errorFile} has no ${mark}`);
      const tell = "globalThis[Symbol.for('redoubt.error-codes')]?.(code + ' ' + entry.message); ";
      return { code: `${code.slice(0, at)}${tell}${code.slice(at)}`, map: null };
    },
  };
}
