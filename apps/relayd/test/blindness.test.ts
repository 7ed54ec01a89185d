import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const main = path.join(root, "apps/relayd/src/main.ts");

/** What could open a message, or knows what one is. */
const forbiddenModules = [
  /^@redoubt\/(mls|crypto|conversation|store|transport|client)(\/|$)/,
  /^@hpke\//,
  /^@noble\/ciphers(\/|$)/,
  /^libsodium/,
];
const forbiddenCalls = [/\bcreateDecipheriv\b/, /\bsubtle\s*\.\s*decrypt\b/, /\bprivateDecrypt\b/];

/** Files that may hold a forbidden word, and why. */
const exceptions: Readonly<Record<string, string>> = {};

interface Closure {
  /** Absolute paths of every JavaScript and TypeScript file that the program may load. */
  readonly files: readonly string[];
  /** Every specifier, with the file that imports it. */
  readonly imports: readonly { readonly from: string; readonly specifier: string }[];
  /** Imports that lead to no file. */
  readonly missing: readonly string[];
}

/** Follows every import, export-from, literal `import()` and `require()`. */
function walk(entry: string): Closure {
  const files = new Set([entry]);
  const imports: { from: string; specifier: string }[] = [];
  const missing: string[] = [];
  for (const file of files) {
    if (!/\.[cm]?[jt]s$/.test(file)) continue;
    for (const specifier of specifiersOf(file, readFileSync(file, "utf8"))) {
      imports.push({ from: path.relative(root, file), specifier });
      if (isBuiltin(specifier)) continue;
      const target = resolve(file, specifier);
      if (target === undefined) missing.push(`${path.relative(root, file)}: ${specifier}`);
      else files.add(target);
    }
  }
  return { files: [...files], imports, missing };
}

function specifiersOf(file: string, text: string): string[] {
  const required = [...text.matchAll(/\brequire\(\s*(["'])([^"']+)\1\s*\)/g)].map((match) => match[2]);
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const imported = staticImports.map(({ moduleRequest }) => moduleRequest.value);
  const exported = staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value));
  const dynamic = dynamicImports.map(({ moduleRequest }) => {
    return /^(["'])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
  });
  const all = [...required, ...imported, ...exported, ...dynamic].filter((name) => name !== undefined);
  return [...new Set(all)];
}

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith("@redoubt/")) {
    const name = specifier.slice("@redoubt/".length);
    return path.join(root, "packages", name, "src/index.ts");
  }
  if (specifier.startsWith(".") && from.endsWith(".ts")) {
    return path.resolve(path.dirname(from), specifier.replace(/\.js$/, ".ts"));
  }
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return resolveModule(specifier);
  }
}

/** A package that exports to `import` alone. */
function resolveModule(specifier: string): string | undefined {
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  const folder = path.join(root, "node_modules", name ?? "");
  if (name === undefined || !existsSync(path.join(folder, "package.json"))) return undefined;
  const { exports } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const target = exports?.[`.${specifier.slice(name.length)}`]?.import;
  return typeof target === "string" ? path.join(folder, target) : undefined;
}

const closure = walk(main);
const names = closure.files.map((file) => path.relative(root, file));

it("walks the whole program: our packages, and what they stand on", () => {
  for (const part of [
    "packages/relay/src/socket-server.ts",
    "packages/relay-core/src/logs.ts",
    "packages/relay-store/src/driver.ts",
    "packages/identity/src/chain.ts",
    "packages/wire/src/frames.ts",
    "packages/base/src/cbor.ts",
    "node_modules/fastify/",
    "node_modules/libsql/",
    "node_modules/pino/",
  ]) {
    expect(
      names.filter((name) => name.startsWith(part)),
      part,
    ).not.toEqual([]);
  }
  expect(names.length).toBeGreaterThan(200);
});

it("imports nothing that could open a message", () => {
  const found = closure.imports.filter(({ specifier }) => forbiddenModules.some((module) => module.test(specifier)));
  expect(found).toEqual([]);
});

it("calls nothing that decrypts", () => {
  const found = closure.files.filter((file) => {
    const text = readFileSync(file, "utf8");
    return forbiddenCalls.some((call) => call.test(text));
  });
  expect(found.map((file) => path.relative(root, file)).filter((name) => !(name in exceptions))).toEqual([]);
});

it("misses no import of ours, and of others only what is optional", () => {
  expect(closure.missing.filter((entry) => !entry.startsWith("node_modules/"))).toEqual([]);
});

it("would see it: the same walk over a client's package finds what is forbidden", () => {
  const { imports } = walk(path.join(root, "packages/mls/src/index.ts"));
  expect(imports.some(({ specifier }) => forbiddenModules.some((module) => module.test(specifier)))).toBe(true);
});
