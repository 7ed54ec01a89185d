import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const isText = /\.(?:css|html|js|json|svg|wasm|webmanifest)$/;
/** In bytes: smaller files fit into one packet anyway, larger ones take the slowest compression too long. */
const smallest = 1_024;
const largeFrom = 400_000;

/** Puts a Brotli and a gzip form beside every file that gets smaller by it: the relay sends those. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "redoubt:compressed",
    // What tests build is sent once.
    apply: (_, { command, mode }) => command === "build" && mode !== "test",
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      await Promise.all(
        entries
          .filter((entry) => entry.isFile() && isText.test(entry.name))
          .map((entry) => compress(path.join(entry.parentPath, entry.name))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < smallest) return;
  const quality = content.length < largeFrom ? 11 : 9;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)]);
}
