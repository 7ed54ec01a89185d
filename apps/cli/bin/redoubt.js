#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/redoubt.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("redoubt is not built yet: run `npm ci` or `npm run build` in the repository first.");
  process.exitCode = 1;
}
