import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { tellErrors } from "./scripts/error-codes/recorder.js";

export default defineConfig({
  plugins: [tellErrors()],
  // Transforming needs the language level alone, not the project references.
  tsconfig: "./tsconfig.base.json",
  // Workspace packages are tested from their sources: a stale build cannot make a test green.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: {
    include: ["{packages,apps,garden}/*/{src,test}/**/*.test.ts", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    setupFiles: ["./scripts/error-codes/record.js"],
    reporters: ["default", "./scripts/closing-line-reporter.js", "./scripts/error-codes/reporter.js"],
    expect: { requireAssertions: true },
    allowOnly: false,
    passWithNoTests: false,
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
