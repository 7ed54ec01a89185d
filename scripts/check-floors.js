#!/usr/bin/env node
// Reads the real imports of every package and holds them against the law of the house (ARCHITECTURE.md).
// Usage: node scripts/check-floors.js [root]
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkTree } from "./floors/check-tree.js";
import { readPackages } from "./floors/workspace.js";

const root = path.resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const violations = checkTree(root);
for (const { rule, file, line, message } of violations) console.error(`${file}:${line} ${rule}: ${message}`);
if (violations.length > 0) {
  console.error(`${violations.length} breaches of the law of the house`);
  process.exitCode = 1;
} else {
  console.log(`floors: ${readPackages(root).length} packages, every import goes down`);
}
