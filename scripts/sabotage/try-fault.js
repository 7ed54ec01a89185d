import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { plantFault } from "./faults.js";
import { runTest } from "./run-test.js";

/** @import { Fault } from "./faults.js" */

/**
 * Runs, without any fault, every test that these faults name.
 *
 * @param {string} root absolute path of a copy of the tree
 * @param {readonly Fault[]} faults
 * @returns {Map<string, ReturnType<typeof runTest>>} by test file
 */
export function runSound(root, faults) {
  const files = new Set(faults.map((fault) => fault.test));
  return new Map(
    [...files].map((file) => {
      const names = faults.filter((fault) => fault.test === file).map((fault) => `(?:${fault.testName})`);
      return [file, runTest(root, file, names.join("|"))];
    }),
  );
}

/**
 * Plants a fault in a copy of the tree, runs the test that must notice, and takes the fault out again.
 *
 * @param {string} root absolute path of the copy
 * @param {Fault} fault
 * @param {ReturnType<typeof runTest> | undefined} sound the test file's run without a fault
 * @returns {string | undefined} why the fault counts as undetected; undefined if the test turned red
 */
export function tryFault(root, fault, sound) {
  if (sound === undefined || sound.broken !== undefined) return `without the fault: ${sound?.broken ?? "not run"}`;
  const named = new RegExp(fault.testName);
  if (sound.failed.some((name) => named.test(name))) return "the test is red without the fault";
  if (!sound.passed.some((name) => named.test(name))) return "no test has that name";

  const file = path.join(root, fault.file);
  const source = readFileSync(file, "utf8");
  const faulty = plantFault(source, fault);
  if (faulty === undefined) return "the place to change is not there exactly once";
  writeFileSync(file, faulty);
  try {
    const { failed, broken } = runTest(root, fault.test, fault.testName);
    if (broken !== undefined) return `the run tells nothing: ${broken}`;
    return failed.length > 0 ? undefined : "every test stays green";
  } finally {
    writeFileSync(file, source);
  }
}
