import type { Plugin } from "vite";

/** SQLite's package brings a second way to use it, with a worker of its own that nothing here starts. */
export function withoutPromiser(): Plugin {
  const empty = "\0redoubt:nothing";
  return {
    name: "redoubt:without-promiser",
    enforce: "pre",
    resolveId: (id) => (id.endsWith("/sqlite3-worker1-promiser.mjs") ? empty : undefined),
    load: (id) => (id === empty ? "export {};" : undefined),
  };
}
