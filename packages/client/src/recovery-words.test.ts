import { asSecret } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { recoveryWords } from "./recovery-words.js";

describe("recovery words", () => {
  it("are those of BIP 39 for 256 bits", () => {
    const zeros = recoveryWords(asSecret<32>(new Uint8Array(32)));
    expect(zeros).toHaveLength(24);
    expect(new Set(zeros.slice(0, 23))).toEqual(new Set(["abandon"]));
    expect(zeros.at(-1)).toBe("art");
  });
});
