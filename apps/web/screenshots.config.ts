import path from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.js";

/** Runs what makes the screenshots, which is no test of the gate. */
export default defineConfig({
  ...base,
  root: path.join(import.meta.dirname, "../.."),
  test: {
    ...base.test,
    include: ["apps/web/test/screens/screenshots.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
