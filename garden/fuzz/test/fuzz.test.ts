import { describe, expect, it } from "vitest";
import { campaign } from "../src/campaign.js";
import { targets } from "../src/targets.js";

/** Of each target in the gate: some seconds' worth. `npm run fuzz` tries a million. */
const cases: Readonly<Record<string, number>> = {
  decoders: 20_000,
  "relay-frames": 2_500,
  http: 800,
  "client-frames": 60,
  "client-rows": 80,
};
const seed = Number(process.env["REDOUBT_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
/** Of what a target may grow by while it is given hostile input. */
const memory = 400 * 2 ** 20;

describe(`hostile input, seed ${seed}`, () => {
  it.each(Object.keys(targets))(
    "%s: refused with a code or ignored, and honest use goes on",
    async (name) => {
      await using target = await (targets[name] as (typeof targets)[string]).open();
      const findings = await campaign(target, { cases: cases[name] ?? 0, seed });
      expect(findings.faults).toEqual([]);
      expect(findings.cases).toBe(cases[name]);
      expect(findings.memory).toBeLessThan(memory);
      expect(findings.outcomes.size).toBeGreaterThan(1);
    },
    120_000,
  );
});
