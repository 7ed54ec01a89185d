import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { showInvisible } from "./visible-text.js";

describe("showInvisible", () => {
  it.each([
    ["a right-to-left override", "photo\u202egnp.exe", "photo▯gnp.exe"],
    ["an isolate", "\u2067sara\u2069", "▯sara▯"],
    ["a mark", "ali\u200f", "ali▯"],
    ["a zero-width space", "sa\u200bra", "sa▯ra"],
    ["a joiner between Latin letters", "sa\u200dra", "sa▯ra"],
    ["a soft hyphen", "sa\u00adra", "sa▯ra"],
    ["a Hangul filler", "\u3164", "▯"],
    ["a line feed", "sara\nadmin", "sara▯admin"],
    ["a tag", "sara\u{e0061}", "sara▯"],
    ["a variation selector", "sara\ufe0f", "sara▯"],
  ])("makes %s visible", (_, name, visible) => {
    expect(showInvisible(name)).toBe(visible);
  });

  it.each(["سلام", "می\u200cخواهم", "Zoë", "अ\u094d\u200dक", "❤️", "👩‍👩‍👧", "Łódź"])("leaves %s as it is", (name) => {
    expect(showInvisible(name)).toBe(name);
  });

  it("cuts what is endless", () => {
    expect([...showInvisible("a".repeat(500))]).toHaveLength(129);
  });

  it("leaves nothing invisible in any text without joiners and emoji", () => {
    const tricky = fc.constantFrom("a", "ب", "1", "\u202e", "\u2066", "\u200b", "\u200e", "\ufeff", "\u2028", "\u0007");
    fc.assert(
      fc.property(fc.array(tricky, { maxLength: 60 }), (characters) => {
        expect(showInvisible(characters.join(""))).not.toMatch(/\p{Default_Ignorable_Code_Point}|\p{Cc}|\u2028/u);
      }),
    );
  });
});
