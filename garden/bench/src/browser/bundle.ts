import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultClientConditions } from "vite";

/** The scripts of the page: `page` starts one of the workers. */
const entries = ["page", "smoke-worker", "race-worker"];

/** Scripts by their path on the server. */
export type Bundle = ReadonlyMap<string, string>;

/**
 * Bundles the scripts for the browser, as the web app will be. Under Vitest this file and the packages are sources,
 * else all are compiled.
 */
export async function bundle(): Promise<Bundle> {
  const extension = path.extname(fileURLToPath(import.meta.url));
  const fileOf = (name: string) => fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
  const conditions = [...(extension === ".ts" ? ["source"] : []), ...defaultClientConditions];
  const result = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions },
    build: {
      write: false,
      modulePreload: false,
      target: "es2023",
      rolldownOptions: {
        input: Object.fromEntries(entries.map((name) => [name, fileOf(name)])),
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  return new Map(
    outputs.flatMap((output) => {
      if (!("output" in output)) throw new Error("Vite is watching");
      return output.output.flatMap((file) =>
        file.type === "chunk" ? [[`/${file.fileName}`, file.code] as const] : [],
      );
    }),
  );
}
