import { readFileSync } from "node:fs";
import path from "node:path";

/** Bytes, as sent with gzip. */
export interface FirstLoad {
  /** Scripts that the page needs before it shows anything. */
  readonly page: number;
  /** What the worker with the engine loads, SQLite included. */
  readonly engine: number;
}

/** Reads what a built app loads at first: the page's script with all that it imports, and the worker with SQLite. */
export function firstLoad(app: string): FirstLoad {
  const html = readFileSync(path.join(app, "index.html"), "utf8");
  const scripts = new Set(
    [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, script]) => script ?? ""),
  );
  // A set that grows while it is walked: what a script imports is loaded before it runs.
  for (const script of scripts) {
    const source = readFileSync(path.join(app, script), "utf8");
    for (const [, name] of source.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
      scripts.add(`/assets/${name}`);
    }
  }
  const { files } = JSON.parse(
    /const precache = (\{.*?\});/.exec(readFileSync(path.join(app, "service-worker.js"), "utf8"))?.[1] ?? "{}",
  ) as { readonly files: readonly string[] };
  const engine = files.filter((file) => /engine-worker|sqlite3-[^-]+\.wasm/.test(file));
  return { page: sum(app, [...scripts]), engine: sum(app, engine) };
}

function sum(app: string, files: readonly string[]): number {
  return files.reduce((bytes, file) => bytes + sentBytes(path.join(app, file)), 0);
}

function sentBytes(file: string): number {
  try {
    return readFileSync(`${file}.gz`).length;
  } catch {
    return readFileSync(file).length;
  }
}
