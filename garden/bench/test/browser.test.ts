import { startChromium } from "@redoubt/testkit";
import { expect, test } from "vitest";
import { contentSecurityPolicy } from "../src/browser/serve.js";
import type { Smoke } from "../src/browser/smoke-worker.js";
import { visit } from "../src/browser/visit.js";

/** Why Chromium does not start here, for instance because the system is not Linux. */
const obstacle = await startChromium().then(
  (browser) => browser.close(),
  (error: unknown) => String(error),
);
const inBrowser = test.skipIf(obstacle !== undefined && process.env["CI"] === undefined);
if (obstacle !== undefined) console.warn(`Chromium does not start: ${obstacle}`);

inBrowser("two members exchange messages in a worker of Chromium, under the web app's policy", async () => {
  const smoke = await visit<Smoke>("smoke-worker");
  expect(smoke.userAgent).toMatch(/Chrome\/\d+/);
  expect(smoke.texts).toEqual(["hello", "سلام", "🏰"]);
});

inBrowser("where the policy lacks wasm-unsafe-eval, the provider says that it is unavailable", async () => {
  const policy = contentSecurityPolicy.replace(" 'wasm-unsafe-eval'", "");
  await expect(visit<Smoke>("smoke-worker", { policy })).rejects.toThrow("unavailable");
});
