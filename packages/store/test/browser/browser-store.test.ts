import path from "node:path";
import { expect, it } from "vitest";
import type { Outcome } from "./suite-in-worker.js";
import { runInWorker } from "./worker-page.js";

it("the browser's driver keeps the contract of all drivers, in a worker of Chromium, and its key and pages keep what they hold", async () => {
  const { outcomes, fault } = await runInWorker<{ readonly outcomes?: readonly Outcome[]; readonly fault?: string }>(
    path.join(import.meta.dirname, "store-worker.ts"),
  );
  expect(fault).toBeUndefined();
  expect(outcomes?.filter((outcome) => outcome.fault !== undefined)).toEqual([]);
  expect(outcomes?.length).toBeGreaterThan(20);
}, 120_000);
