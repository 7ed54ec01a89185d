import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

const fileName = "service-worker.js";
const source = path.join(import.meta.dirname, "../src/service-worker/service-worker.ts");

/** Builds the service worker, which has to know the paths of all files of the app. */
export function serviceWorker(): Plugin {
  let publicFolder = "";
  return {
    name: "redoubt:service-worker",
    apply: "build",
    enforce: "post",
    configResolved({ publicDir }) {
      publicFolder = publicDir;
    },
    buildStart() {
      this.emitFile({ type: "chunk", id: source, fileName });
    },
    generateBundle(_, bundle) {
      const contents = new Map<string, string | Uint8Array>();
      for (const file of Object.values(bundle)) {
        if (file.fileName !== fileName) contents.set(file.fileName, file.type === "chunk" ? file.code : file.source);
      }
      for (const name of filesUnder(publicFolder)) contents.set(name, readFileSync(path.join(publicFolder, name)));
      const digest = createHash("sha256");
      for (const [name, content] of contents) digest.update(`${name}\0`).update(content);
      // Two entries for one path would hang the worker.
      const files = new Set([...contents.keys()].map((name) => (name === "index.html" ? "/" : `/${name}`)));
      const worker = bundle[fileName];
      if (worker?.type !== "chunk" || worker.imports.length > 0)
        throw new Error("the service worker is not one script");
      const precache = { version: digest.digest("hex").slice(0, 16), files: [...files].sort() };
      worker.code = `const precache = ${JSON.stringify(precache)};\n${worker.code}`;
    },
  };
}

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  } catch {
    return [];
  }
}
