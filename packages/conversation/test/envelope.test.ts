import { asSecret } from "@redoubt/base";
import { paddedLength } from "@redoubt/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openEnvelope, sealEnvelope } from "../src/envelope.js";
import { context } from "./support/person.js";

const logSecret = asSecret<32>(new Uint8Array(32).fill(1));
const logId = new Uint8Array(32).fill(2);
const entryId = new Uint8Array(16).fill(3);

describe("envelopes", () => {
  it("give back what was sealed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6_000 }), (content) => {
        const sealed = sealEnvelope(context, logSecret, logId, entryId, content);
        expect(sealed.length).toBe(paddedLength(content.length + 1) + 16);
        expect(openEnvelope(context, logSecret, logId, entryId, sealed)).toEqual(content);
      }),
      { numRuns: 100 },
    );
  });

  it("open for their own log, entry and secret only, and not when changed", () => {
    const sealed = sealEnvelope(context, logSecret, logId, entryId, new Uint8Array(10));
    const other = (bytes: Uint8Array) => bytes.with(0, 9);
    expect(openEnvelope(context, asSecret<32>(other(logSecret)), logId, entryId, sealed)).toBeUndefined();
    expect(openEnvelope(context, logSecret, other(logId), entryId, sealed)).toBeUndefined();
    expect(openEnvelope(context, logSecret, logId, other(entryId), sealed)).toBeUndefined();
    for (let i = 0; i < sealed.length; i += 7) {
      const changed = sealed.with(i, (sealed[i] as number) ^ 1);
      expect(openEnvelope(context, logSecret, logId, entryId, changed)).toBeUndefined();
    }
    expect(openEnvelope(context, logSecret, logId, entryId, sealed.subarray(0, 15))).toBeUndefined();
  });

  it("are padded to their size class", () => {
    const sealed = (length: number) => sealEnvelope(context, logSecret, logId, entryId, new Uint8Array(length)).length;
    expect(sealed(0)).toBe(sealed(255));
    expect(sealed(256)).toBe(sealed(255) + 256);
    expect(sealed(100_000)).toBe(sealed(100_100));
  });
});
