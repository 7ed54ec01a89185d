import path from "node:path";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

/** Runs what makes the screenshots, which is no test of the gate. */
export default defineConfig({
  root: path.join(import.meta.dirname, "../.."),
  tsconfig: path.join(import.meta.dirname, "../../tsconfig.base.json"),
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: { include: ["apps/web/test/screens/screenshots.ts"], testTimeout: 600_000, hookTimeout: 600_000 },
});
