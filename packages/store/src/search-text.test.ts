import fc from "fast-check";
import { expect, it } from "vitest";
import { indexedText, searchQuery } from "./search-text.js";

it("puts spaces around characters of scripts that have none, and gives alike characters one form", () => {
  expect(indexedText("你好world")).toBe(" 你  好 world");
  expect(indexedText("ひらカナ한글")).toBe(" ひ  ら  カ  ナ  한  글 ");
  expect(indexedText("ﬁne ＡＢＣ")).toBe("fine ABC");
});

it("makes a query of words that must all be there, each as it is or as a beginning", () => {
  expect(searchQuery("hello wor")).toBe('"hello" * AND "wor" *');
  expect(searchQuery("a hello")).toBe('"a" AND "hello" *');
  expect(searchQuery("世界")).toBe('" 世  界 "');
  expect(searchQuery("x世 ab")).toBe('"x 世 " AND "ab" *');
});

it("gives nothing for what has no words", () => {
  for (const text of ["", "  ", "!?", '"', "🪡", "*", "\ud800"]) expect(searchQuery(text)).toBeUndefined();
});

it("takes quotes and operators for what was typed", () => {
  expect(searchQuery('" OR body:x* NEAR(')).toBe('"OR" * AND "body:x*" AND "NEAR("');
  expect(searchQuery('say "hi" a"b')).toBe('"say" * AND "hi" * AND "a" AND "b"');
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const query = searchQuery(text) ?? "";
      expect(query.replaceAll(/"[^"]*"(?: \*)?(?: AND (?="))?/g, "")).toBe("");
    }),
    { numRuns: 2_000 },
  );
});
