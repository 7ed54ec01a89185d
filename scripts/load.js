#!/usr/bin/env node
// Attacks a relay and breaks what it stands on, at length, while people talk; prints what was measured as one table.
// Usage: npm run load (10 to 20 minutes; Linux; as root also on a small disk that is full)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "redoubt-load-"));
const file = path.join(folder, "figures");
const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
const environment = { ...process.env, REDOUBT_LONG: "1", REDOUBT_FIGURES: file };
const words = ["run", "garden/e2e/test/load", "--no-file-parallelism"];
const { status } = spawnSync(process.execPath, [vitest, ...words], { cwd: root, stdio: "inherit", env: environment });

const rows = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => /** @type {string[]} */ (JSON.parse(line)));
rmSync(folder, { recursive: true });
console.log("\n| while | figure | measured |\n|---|---|---|");
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
process.exitCode = status ?? 1;
