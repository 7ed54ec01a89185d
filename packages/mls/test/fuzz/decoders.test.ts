import { toHex } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MlsError } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { runs, runsTimeout } from "../support/runs.js";
import { type CodecName, codecs } from "./codecs.js";
import { validEncodings } from "./corpus.js";
import { mutate, mutations, sampleOf } from "./mutation.js";

const encodings = validEncodings(testContext(3));
const names = Object.keys(codecs) as CodecName[];
const samples = names.flatMap((name) => encodings[name].map((bytes) => ({ name, ...sampleOf(bytes, codecs[name]) })));
const refusals = ["malformed", "unsupported", "invalid-tree"];

/** Decodes hostile bytes: a refusal that is ours, or a value that encodes to these bytes. @returns whether it decoded */
function feed(name: CodecName, bytes: Uint8Array): boolean {
  let again: Uint8Array;
  try {
    again = codecs[name](bytes);
  } catch (error) {
    if (!(error instanceof MlsError) || !refusals.includes(error.code)) throw error;
    return false;
  }
  if (toHex(again) !== toHex(bytes)) throw new Error(`${name} encodes to ${toHex(again)}`);
  return true;
}

describe("decoders", () => {
  it("take valid encodings and give them back", () => {
    for (const name of names) expect(encodings[name].length, name).toBeGreaterThan(0);
    for (const { name, bytes } of samples) expect(feed(name, bytes), name).toBe(true);
  });

  it(
    "refuse or give back random bytes",
    () => {
      const count = runs(4_000, 200_000);
      let decoded = 0;
      fc.assert(
        fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 80 }), (name, bytes) => {
          if (feed(name, bytes)) decoded++;
        }),
        { numRuns: count },
      );
      expect(decoded).toBeLessThan(count);
    },
    runsTimeout,
  );

  it(
    "refuse or give back mutated encodings",
    () => {
      const count = runs(12_000, 400_000);
      let decoded = 0;
      fc.assert(
        fc.property(fc.nat(), fc.nat(), mutations, (which, donor, list) => {
          const sample = samples[which % samples.length]!;
          if (feed(sample.name, mutate(sample, list, samples[donor % samples.length]!.bytes))) decoded++;
        }),
        { numRuns: count },
      );
      expect(decoded / count).toBeGreaterThan(0.05);
    },
    runsTimeout,
  );
});
