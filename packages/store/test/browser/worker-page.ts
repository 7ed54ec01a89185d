import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { startChromium } from "@redoubt/testkit";
import { build, defaultClientConditions } from "vite";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".html": "text/html",
  ".wasm": "application/wasm",
};
/** The web app's, as far as a worker goes. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const page = '<!doctype html><meta charset="utf-8"><title>worker</title>';

/** Runs a module as a dedicated worker of a page in Chromium, and gives the one message that it posts. */
export async function runInWorker<Result>(entry: string): Promise<Result> {
  const files = await bundleWorker(entry);
  const server = createServer((request, response) => {
    const name = (request.url ?? "/").slice(1);
    const body = name === "" ? page : files.get(name);
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("Content-Type", types[path.extname(name)] ?? "text/html");
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await startChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return (await tab.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    )) as Result;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function bundleWorker(entry: string): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    base: "./",
    resolve: {
      conditions: ["source", ...defaultClientConditions],
      alias: { vitest: path.join(import.meta.dirname, "suite-in-worker.ts") },
    },
    build: {
      write: false,
      modulePreload: false,
      target: "es2023",
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { worker: entry },
        output: {
          entryFileNames: "[name].js",
          chunkFileNames: "[name]-[hash].js",
          assetFileNames: "[name]-[hash][extname]",
        },
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  return new Map(
    outputs.flatMap((output) => {
      if (!("output" in output)) throw new Error("Vite is watching");
      return output.output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source] as const);
    }),
  );
}
