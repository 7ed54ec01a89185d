import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isUsername } from "./username.js";

const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
const rest = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789_"),
  minLength: 2,
  maxLength: 31,
});

describe("isUsername", () => {
  it("takes a letter and 2 to 31 of letters, digits and underscores", () => {
    fc.assert(
      fc.property(letter, rest, (first, others) => {
        expect(isUsername(first + others)).toBe(true);
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["two characters", "al"],
    ["33 characters", "a".repeat(33)],
    ["a digit first", "1alice"],
    ["an underscore first", "_alice"],
    ["a capital", "Alice"],
    ["a space", "ali ce"],
    ["a newline at the end", "alice\n"],
    ["a dash", "ali-ce"],
    ["a letter that looks like another", "аlice"],
    ["a letter of two code units", "alice𝒶"],
  ])("refuses %s", (_name, text) => {
    expect(isUsername(text)).toBe(false);
  });
});
