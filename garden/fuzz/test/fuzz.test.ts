import { describe, expect, it } from "vitest";
import { runTarget } from "../src/run-target.js";
import { targets } from "../src/targets.js";

/** Enough to reach everything that the target wants reached; with the seed of REDOUBT_SEED, a third of it. */
const cases: Readonly<Record<string, number>> = {
  decoders: 6_000,
  entries: 300,
  "hostile-relay": 2_500,
  "client-frames": 30,
  "client-rows": 40,
  "relay-frames": 1_500,
  http: 400,
};

describe.each(targets)("hostile input to $name", (target) => {
  const count = cases[target.name] ?? 0;

  it("is refused by a code, the honest are served, and everything is reached", async () => {
    const report = await runTarget(target, { cases: count, seed: "2026" });
    expect(report.missing).toEqual([]);
    expect(report.cases).toBe(count);
  }, 300_000);

  const seed = process.env["REDOUBT_SEED"] ?? "2027";
  it(`is refused by a code, of seed ${seed}`, async () => {
    const report = await runTarget(target, { cases: Math.floor(count / 3), seed });
    expect(report.outcomes.size).toBeGreaterThan(1);
  }, 300_000);
});
