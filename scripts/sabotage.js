#!/usr/bin/env node
// Plants one fault at a time in a copy of the tree and demands that the test named for it turns red.
// Usage: node scripts/sabotage.js [text that a fault's name or file must contain]
import path from "node:path";
import { fileURLToPath } from "node:url";
import { copyTree } from "./sabotage/copy-tree.js";
import { readFaults } from "./sabotage/faults.js";
import { runSound, tryFault } from "./sabotage/try-fault.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv[2] ?? "";
const faults = readFaults(path.join(root, "scripts", "sabotage")).filter(
  (fault) => fault.name.includes(wanted) || fault.file.includes(wanted),
);
if (faults.length === 0) throw new Error(`no fault matches "${wanted}"`);

let alive = 0;
const copy = copyTree(root);
try {
  const sound = runSound(copy.root, faults);
  for (const fault of faults) {
    const reason = tryFault(copy.root, fault, sound.get(fault.test));
    if (reason !== undefined) alive += 1;
    const row = `${reason === undefined ? "red  " : "ALIVE"}  ${fault.file}: ${fault.name}`;
    console.log(reason === undefined ? row : `${row} (${reason})`);
  }
} finally {
  copy.remove();
}
console.log(`${faults.length - alive} of ${faults.length} faults detected`);
if (alive > 0) process.exitCode = 1;
