import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";

/** A fault may make a loop endless: after this long a run is stopped and counts as no proof. */
const longestRun = 300_000;

/**
 * Runs the tests of one file whose full name matches a pattern.
 *
 * @param {string} root the tree to run in
 * @param {string} file relative to the root
 * @param {string} [testName] a regular expression, as for `vitest -t`
 * @returns {{ passed: string[], failed: string[], broken: string | undefined }} full names of tests; `broken` says
 *   why a run tells nothing: it did not end, or the file could not be loaded
 */
export function runTest(root, file, testName) {
  const report = path.join(root, "sabotage-report.json");
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const pattern = testName === undefined ? [] : ["--testNamePattern", testName];
  const options = ["--reporter=json", `--outputFile=${report}`, "--no-color", ...pattern];
  const { error, stderr } = spawnSync(process.execPath, [vitest, "run", file, ...options], {
    cwd: root,
    encoding: "utf8",
    timeout: longestRun,
    stdio: ["ignore", "ignore", "pipe"],
  });
  /** @type {{ testResults: { message: string, assertionResults: { fullName: string, status: string }[] }[] }} */
  let parsed;
  try {
    parsed = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: [], failed: [], broken: error?.message ?? lastLine(stderr) };
  }
  rmSync(report);
  const tests = parsed.testResults.flatMap((result) => result.assertionResults);
  const withStatus = (/** @type {string} */ status) =>
    tests.filter((test) => test.status === status).map((test) => test.fullName);
  const loadFault = parsed.testResults.find((result) => result.assertionResults.length === 0);
  return {
    passed: withStatus("passed"),
    failed: withStatus("failed"),
    broken: loadFault === undefined ? undefined : lastLine(loadFault.message),
  };
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "no output";
}
