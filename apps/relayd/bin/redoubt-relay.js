#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/redoubt-relay.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error("redoubt-relay is not built yet. Run this in the repository's root:\n\n  npm run build");
  process.exitCode = 1;
}
