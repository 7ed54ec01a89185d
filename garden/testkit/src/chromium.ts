import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

const require = createRequire(import.meta.url);

/** Root has no sandbox; nothing of ours needs a display or a word with the outside. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
];

/**
 * Starts the headless Chromium that lies in the npm package `@sparticuz/chromium`, with the shared libraries that a
 * bare system lacks from the same package. Unpacked once, beside the other caches of `node_modules`.
 */
export async function startChromium(): Promise<Browser> {
  const folder = await unpack();
  const libraries = [path.join(folder, "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  return chromium.launch({
    executablePath: path.join(folder, "chromium"),
    args: flags,
    env: { ...definedEnvironment(), LD_LIBRARY_PATH: libraries },
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** The folder that holds `chromium` and `lib`. Another process may unpack at the same time: the first one wins. */
async function unpack(): Promise<string> {
  const packageFolder = path.resolve(path.dirname(require.resolve("@sparticuz/chromium")), "../..");
  const { version } = JSON.parse(await readFile(path.join(packageFolder, "package.json"), "utf8"));
  const cache = path.join(packageFolder, "../../.cache/redoubt-testkit");
  const folder = path.join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(path.join(cache, "unpacking-"));
  const packed = (name: string) => createReadStream(path.join(packageFolder, "bin", name));
  const binary = path.join(fresh, "chromium");
  await Promise.all([
    pipeline(packed("chromium.br"), createBrotliDecompress(), createWriteStream(binary)),
    extractTar(packed("al2023.tar.br"), fresh),
  ]);
  await chmod(binary, 0o755);
  await rename(fresh, folder).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

async function extractTar(compressed: NodeJS.ReadableStream, folder: string): Promise<void> {
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  // tar ends at the archive's end mark and leaves the padding behind it unread, which breaks the pipe or not: whether
  // everything was extracted is what tar itself says.
  pipeline(compressed, createBrotliDecompress(), tar.stdin).catch(() => undefined);
  await ended;
}
