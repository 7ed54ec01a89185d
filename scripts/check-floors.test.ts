import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { checkTree } from "./floors/check-tree.js";

/** File contents by path; an object is written as JSON, `undefined` takes a file of the sound tree away. */
type Tree = Readonly<Record<string, string | object | undefined>>;

const neutral = { compilerOptions: { lib: ["es2023"], types: [] } };

function manifest(name: string, dependencies: readonly string[] = [], entries: readonly string[] = ["."]): object {
  return {
    name: `@redoubt/${name}`,
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, "0.1.0"])),
    exports: Object.fromEntries(
      entries.map((entry) => [entry, { source: `./src/${entry === "." ? "" : `${entry.slice(2)}/`}index.ts` }]),
    ),
  };
}

function project(...references: readonly string[]): object {
  return { ...neutral, references: references.map((reference) => ({ path: reference })) };
}

const projects = [
  "packages/base",
  "packages/crypto",
  "packages/crypto/src/node",
  "packages/mls",
  "packages/relay-core",
  "apps/cli",
  "garden/testkit",
];

const soundTree: Tree = {
  "package.json": { workspaces: ["packages/*", "apps/*", "garden/*"] },
  "tsconfig.json": project(...projects),
  "packages/base/package.json": manifest("base"),
  "packages/base/tsconfig.json": project(),
  "packages/base/src/index.ts": `export { a } from "./a.js";`,
  "packages/base/src/a.ts": "export const a = 1;",
  "packages/base/src/a.test.ts": `import "node:fs"; import "@redoubt/mls"; import "./a.js";`,
  "packages/crypto/package.json": manifest("crypto", ["@redoubt/base"], [".", "./node"]),
  "packages/crypto/tsconfig.json": project("../base"),
  "packages/crypto/src/index.ts": `import type { A } from "@redoubt/base"; export const c = 1 as A;`,
  "packages/crypto/src/node/tsconfig.json": {
    compilerOptions: { lib: ["es2023"], types: ["node"] },
    references: [{ path: "../.." }],
  },
  "packages/crypto/src/node/index.ts": `import crypto from "node:crypto"; import { c } from "../index.js";`,
  "packages/mls/package.json": manifest("mls", ["@redoubt/base", "@redoubt/crypto"]),
  "packages/mls/tsconfig.json": project("../base", "../crypto"),
  "packages/mls/src/index.ts": `import { c } from "@redoubt/crypto"; export * from "./tree.js";`,
  "packages/mls/src/tree.ts": "export const t = 1;",
  "packages/relay-core/package.json": manifest("relay-core", ["@redoubt/base"]),
  "packages/relay-core/tsconfig.json": project("../base"),
  "packages/relay-core/src/index.ts": `import "@redoubt/base";`,
  "apps/cli/package.json": manifest("cli", ["@redoubt/crypto"]),
  "apps/cli/tsconfig.json": project("../../packages/crypto", "../../packages/crypto/src/node"),
  "apps/cli/src/index.ts": `import "@redoubt/crypto/node"; import "node:fs";`,
  "garden/testkit/package.json": manifest("testkit", ["@redoubt/mls", "@redoubt/relay-core"]),
  "garden/testkit/tsconfig.json": project(),
  "garden/testkit/src/index.ts": `import "@redoubt/mls"; import "@redoubt/relay-core"; import "node:fs";`,
};

const roots: string[] = [];

function plant(tree: Tree): string {
  const root = mkdtempSync(path.join(tmpdir(), "floors-"));
  roots.push(root);
  for (const [file, content] of Object.entries(tree)) {
    if (content === undefined) continue;
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** `rule file:line` of every violation in the sound tree with these changes. */
function violations(changes: Tree): string[] {
  return checkTree(plant({ ...soundTree, ...changes })).map(({ rule, file, line }) => `${rule} ${file}:${line}`);
}

it("finds nothing in a sound tree", () => {
  expect(violations({})).toEqual([]);
});

const mls = "packages/mls/src/tree.ts";

describe("an arrow that does not go down", () => {
  it.each<[string, Tree, string[]]>([
    [
      "to a higher floor",
      {
        "packages/base/package.json": manifest("base", ["@redoubt/crypto"]),
        "packages/base/tsconfig.json": project("../crypto"),
        "packages/base/src/a.ts": `\nimport { c } from "@redoubt/crypto";`,
      },
      ["floor packages/base/package.json:1", "floor packages/base/src/a.ts:2"],
    ],
    [
      "to the same floor",
      {
        "tsconfig.json": project(...projects, "packages/identity"),
        "packages/identity/package.json": manifest("identity", ["@redoubt/crypto"]),
        "packages/identity/tsconfig.json": project("../crypto"),
        "packages/identity/src/index.ts": `import "@redoubt/crypto";`,
      },
      ["floor packages/identity/package.json:1", "floor packages/identity/src/index.ts:1"],
    ],
    ["to itself by name", { [mls]: `import "@redoubt/mls";` }, [`floor ${mls}:1`, `undeclared ${mls}:1`]],
    [
      "from the relay wing to the client wing, one floor down",
      {
        "packages/relay-core/package.json": manifest("relay-core", ["@redoubt/crypto"]),
        "packages/relay-core/tsconfig.json": project("../crypto"),
        "packages/relay-core/src/index.ts": `export type C = import("@redoubt/crypto").C;`,
      },
      ["wing packages/relay-core/package.json:1", "wing packages/relay-core/src/index.ts:1"],
    ],
    [
      "from the client wing to the relay wing",
      {
        "apps/cli/package.json": manifest("cli", ["@redoubt/relay-core"]),
        "apps/cli/tsconfig.json": project("../../packages/relay-core"),
        "apps/cli/src/index.ts": `export * from "@redoubt/relay-core";`,
      },
      ["wing apps/cli/package.json:1", "wing apps/cli/src/index.ts:1"],
    ],
    [
      "into the garden",
      {
        "apps/cli/package.json": manifest("cli", ["@redoubt/testkit"]),
        "apps/cli/tsconfig.json": project("../../garden/testkit"),
        "apps/cli/src/index.ts": `import "@redoubt/testkit";`,
      },
      ["garden apps/cli/package.json:1", "garden apps/cli/src/index.ts:1"],
    ],
    [
      "in package.json alone",
      { "packages/relay-core/package.json": manifest("relay-core", ["@redoubt/base", "@redoubt/mls"]) },
      ["wing packages/relay-core/package.json:1"],
    ],
  ])("%s", (_, changes, expected) => {
    expect(violations(changes)).toEqual(expected);
  });
});

describe("every form of import is read", () => {
  it.each([
    ["a type-only import", `import type { C } from "@redoubt/relay-core";`],
    ["a type-only specifier", `import { type C } from "@redoubt/relay-core";`],
    ["a re-export", `export { C } from "@redoubt/relay-core";`],
    ["a type-only re-export", `export type { C } from "@redoubt/relay-core";`],
    ["a re-export of everything", `export * from "@redoubt/relay-core";`],
    ["a dynamic import", `export const load = () => import("@redoubt/relay-core");`],
    ["an import in a type", `export let x: import("@redoubt/relay-core").C;`],
    ["an import assignment", `import relay = require("@redoubt/relay-core");`],
    ["a call of require", `const relay = require("@redoubt/relay-core");`],
  ])("%s", (_, source) => {
    expect(violations({ [mls]: source })).toContain(`wing ${mls}:1`);
  });

  it("an import that no one can read beforehand is refused", () => {
    expect(violations({ [mls]: "export const load = (name: string) => import(name);" })).toEqual([
      `unreadable ${mls}:1`,
    ]);
  });

  it("text that only looks like an import is not one", () => {
    expect(violations({ [mls]: `export const text = 'import "node:fs"'; // import "node:fs"` })).toEqual([]);
  });
});

describe("platforms stay in their folders", () => {
  it.each<[string, Tree, string[]]>([
    ["a node: builtin in a lower floor", { [mls]: `import "node:fs";` }, [`builtin ${mls}:1`]],
    ["a builtin without its prefix", { [mls]: `import "fs";` }, [`builtin ${mls}:1`]],
    [
      "a builtin under src/web",
      {
        "packages/mls/src/web/tsconfig.json": { compilerOptions: { lib: ["es2023", "dom"], types: [] } },
        "packages/mls/src/web/index.ts": `import "node:fs";`,
      },
      ["builtin packages/mls/src/web/index.ts:1", "unbuilt packages/mls/src/web/tsconfig.json:1"],
    ],
    [
      "a platform export outside apps and garden",
      {
        "packages/mls/tsconfig.json": project("../base", "../crypto", "../crypto/src/node"),
        [mls]: `import "@redoubt/crypto/node";`,
      },
      [`platform ${mls}:1`],
    ],
    [
      "a relative import into src/node",
      {
        "packages/crypto/tsconfig.json": project("../base", "src/node"),
        "packages/crypto/src/index.ts": `import "./node/index.js";`,
        "packages/crypto/src/node/index.ts": "export {};",
      },
      ["platform packages/crypto/src/index.ts:1"],
    ],
    [
      "DOM types in a lower floor",
      {
        "packages/mls/tsconfig.json": {
          ...project("../base", "../crypto"),
          compilerOptions: { lib: ["es2023", "dom"], types: [] },
        },
      },
      ["environment packages/mls/tsconfig.json:1"],
    ],
    [
      "Node types in a lower floor, inherited",
      {
        "tsconfig.base.json": { compilerOptions: { lib: ["es2023"], types: ["node"] } },
        "packages/base/tsconfig.json": { extends: "../../tsconfig.base.json" },
      },
      ["environment packages/base/tsconfig.json:1"],
    ],
    [
      "the default lib and all installed types",
      { "packages/base/tsconfig.json": {} },
      ["environment packages/base/tsconfig.json:1", "environment packages/base/tsconfig.json:1"],
    ],
    ["a reference to a lib", { [mls]: `/// <reference lib="dom" />\nexport {};` }, [`environment ${mls}:1`]],
    ["a reference to types", { [mls]: `/// <reference types="node" />\nexport {};` }, [`environment ${mls}:1`]],
    ["a reference to a path", { [mls]: `/// <reference path="../../x.d.ts" />\nexport {};` }, [`environment ${mls}:1`]],
  ])("%s", (_, changes, expected) => {
    expect(violations(changes)).toEqual(expected);
  });
});

describe("packages are whole and declared", () => {
  it.each<[string, Tree, string[]]>([
    [
      "a package on no floor",
      { "packages/attic/package.json": manifest("attic") },
      ["unknown-package packages/attic/package.json:1"],
    ],
    [
      "a known name in the wrong folder",
      { "apps/store/package.json": manifest("store") },
      ["unknown-package apps/store/package.json:1"],
    ],
    [
      "a name that is not its folder's",
      { "packages/store/package.json": manifest("shop") },
      ["unknown-package packages/store/package.json:1"],
    ],
    ["an import of a package that is not there", { [mls]: `import "@redoubt/wire";` }, [`unknown-package ${mls}:1`]],
    [
      "a workspace package that is not declared",
      { "packages/mls/package.json": manifest("mls", ["@redoubt/base"]) },
      ["undeclared packages/mls/src/index.ts:1"],
    ],
    [
      "a third-party package that is not declared",
      { [mls]: `import "@noble/hashes/sha2.js";` },
      [`undeclared ${mls}:1`],
    ],
    ["an export that is not there", { [mls]: `import "@redoubt/crypto/secret";` }, [`missing ${mls}:1`]],
    [
      "a project without the reference",
      { "packages/mls/tsconfig.json": project("../base") },
      ["reference packages/mls/src/index.ts:1"],
    ],
    [
      "a platform project without the reference to its own package",
      {
        "packages/crypto/src/node/tsconfig.json": { compilerOptions: { lib: ["es2023"], types: ["node"] } },
      },
      ["reference packages/crypto/src/node/index.ts:1"],
    ],
    [
      "a project that no build reaches",
      { "packages/mls/tsconfig.test.json": neutral },
      ["unbuilt packages/mls/tsconfig.test.json:1"],
    ],
    ["a relative import into another package", { [mls]: `import "../../base/src/a.js";` }, [`leaves-package ${mls}:1`]],
    [
      "a relative import out of src",
      { [mls]: `import "../test/vectors.js";`, "packages/mls/test/vectors.ts": "export {};" },
      [`leaves-package ${mls}:1`],
    ],
    [
      "a relative import out of a garden package",
      { "garden/testkit/src/index.ts": `import "../../../packages/mls/src/tree.js";` },
      ["leaves-package garden/testkit/src/index.ts:1"],
    ],
    ["a relative import that leads nowhere", { [mls]: `import "./gone.js";` }, [`missing ${mls}:1`]],
    [
      "an import of a test",
      { [mls]: `import "./tree.test.js";`, "packages/mls/src/tree.test.ts": "export {};" },
      [`test-code ${mls}:1`],
    ],
  ])("%s", (_, changes, expected) => {
    expect(violations(changes)).toEqual(expected);
  });
});

describe("files of a package form no cycle", () => {
  it("of two, through a type alone", () => {
    expect(violations({ [mls]: `import type { t } from "./index.js";` })).toEqual([
      "cycle packages/mls/src/index.ts:1",
    ]);
  });

  it("of one", () => {
    expect(violations({ [mls]: `export * from "./tree.js";` })).toEqual([`cycle ${mls}:1`]);
  });

  it("named in the order of its arrows", () => {
    const root = plant({
      ...soundTree,
      [mls]: `import "./leaf.js";`,
      "packages/mls/src/leaf.ts": `import "./node.js";`,
      "packages/mls/src/node.ts": `import "./tree.js";`,
    });
    expect(checkTree(root).map(({ message }) => message)).toEqual(["tree.ts → leaf.ts → node.ts → tree.ts"]);
  });

  it("where two ways lead to one file there is none", () => {
    const changes = {
      [mls]: `import "./leaf.js"; import "./node.js";`,
      "packages/mls/src/node.ts": `import "./leaf.js";`,
    };
    expect(violations({ ...changes, "packages/mls/src/leaf.ts": "export {};" })).toEqual([]);
  });
});

describe("the command", () => {
  const command = fileURLToPath(new URL("./check-floors.js", import.meta.url));
  const run = (tree: Tree) => spawnSync(process.execPath, [command, plant(tree)], { encoding: "utf8" });

  it("exits with 0 for a sound tree", () => {
    const { status, stderr } = run(soundTree);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("exits with 1 and names file, line and rule for a breach", () => {
    const { status, stderr } = run({ ...soundTree, [mls]: `\n\nimport "node:fs";` });
    expect(status).toBe(1);
    expect(stderr).toContain(`${mls}:3 builtin: `);
  });
});
