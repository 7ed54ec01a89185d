import { describe, expect, it } from "vitest";
import { findWords } from "./mark-words.js";

function found(text: string, ...words: string[]): readonly string[] {
  return findWords(text, words).map(([from, to]) => text.slice(from, to));
}

describe("findWords", () => {
  it("finds beginnings of words without regard to case and accents", () => {
    expect(found("Café, cafeteria and decaf", "CAFE")).toEqual(["Café", "cafe"]);
    expect(found("Crème brûlée", "bru")).toEqual(["brû"]);
  });

  it("takes the marks on a letter with it", () => {
    expect(found("cafe\u0301 noir", "cafe")).toEqual(["cafe\u0301"]);
  });

  it("finds Chinese words anywhere", () => {
    expect(found("我们今天见面", "今天")).toEqual(["今天"]);
  });

  it("finds Persian words", () => {
    expect(found("سلام به همه", "سلا")).toEqual(["سلا"]);
  });

  it("joins what overlaps, and keeps the order", () => {
    expect(findWords("abc abd", ["ab", "abd", "abc"])).toEqual([
      [0, 3],
      [4, 7],
    ]);
  });
});
