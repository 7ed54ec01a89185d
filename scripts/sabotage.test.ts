import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyTree } from "./sabotage/copy-tree.js";
import { type Fault, plantFault } from "./sabotage/faults.js";
import { runSound, tryFault } from "./sabotage/try-fault.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const detected: Fault = {
  name: "wiping does nothing",
  file: "packages/base/src/secret.ts",
  find: "secret.fill(0);",
  replace: "secret.fill(1, 0, 0);",
  test: "packages/base/src/secret.test.ts",
  testName: "wipe zeroes every array",
};

let copy: ReturnType<typeof copyTree>;
beforeAll(() => {
  copy = copyTree(root);
});
afterAll(() => {
  copy.remove();
});

/** Why a fault stays undetected, `undefined` if it is detected. */
function fate(changes: Partial<Fault>): string | undefined {
  const fault = { ...detected, ...changes };
  return tryFault(copy.root, fault, runSound(copy.root, [fault]).get(fault.test));
}

it("the copy's workspace packages are the copy's own, and installed ones the original's", () => {
  const linked = (name: string) => realpathSync(path.join(copy.root, "node_modules", name));
  expect(linked("@redoubt/base")).toBe(realpathSync(path.join(copy.root, "packages", "base")));
  expect(linked("vitest")).toBe(realpathSync(path.join(root, "node_modules", "vitest")));
});

it("a fault that its test notices is detected, and taken out of the copy again", () => {
  expect(fate({})).toBeUndefined();
  const [copied, original] = [copy.root, root].map((tree) => readFileSync(path.join(tree, detected.file), "utf8"));
  expect(copied).toBe(original);
});

it("a fault that no test notices is alive", () => {
  expect(fate({ find: "Overwrites bytes", replace: "Overwrites the bytes" })).toBe("every test stays green");
});

it("a fault that does not parse proves nothing", () => {
  expect(fate({ replace: "secret.fill(0" })).toMatch(/^the run tells nothing/);
});

it("a test of that name must exist", () => {
  expect(fate({ testName: "no such test" })).toBe("no test has that name");
});

it("the place must occur exactly once, and change", () => {
  expect(plantFault("a b a", { ...detected, find: "a", replace: "c" })).toBeUndefined();
  expect(plantFault("a b a", { ...detected, find: "x", replace: "c" })).toBeUndefined();
  expect(plantFault("a b a", { ...detected, find: "b", replace: "b" })).toBeUndefined();
  expect(plantFault("a b a", { ...detected, find: "b", replace: "$&" })).toBe("a $& a");
});

it("removes the copy", () => {
  const other = copyTree(root);
  expect(existsSync(other.root)).toBe(true);
  other.remove();
  expect(existsSync(other.root)).toBe(false);
});
