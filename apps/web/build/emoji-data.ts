import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const locales = ["en", "fr"] as const;
const files = ["data.json", "messages.json"] as const;

/** Serves the emoji picker's data as our own: it would else be fetched from a third party. */
export function emojiData(): Plugin {
  const folder = path.dirname(require.resolve("emojibase-data/package.json"));
  const names = locales.flatMap((locale) => files.map((file) => `${locale}/${file}`));
  return {
    name: "emoji-data",
    async generateBundle() {
      for (const name of names) {
        this.emitFile({ type: "asset", fileName: `emoji/${name}`, source: await readFile(path.join(folder, name)) });
      }
    },
  };
}
