import { describe, expect, it } from "vitest";
import { parseArguments, secondsOf, wholeNumber } from "./parse-arguments.js";

const usages = new Map([
  ["send", "CONV|@NAME TEXT [--reply ID]"],
  ["read", "CONV [--limit N] [--follow]"],
  ["list", ""],
]);
const parse = (...words: string[]) => parseArguments(words, (name) => usages.get(name));

describe("what is well formed", () => {
  it("reads options before, between and after arguments, with a space or an equals sign", () => {
    const given = parse("--home", "/h", "read", "--json", "c0", "--limit=5", "--follow");
    expect(given.command).toBe("read");
    expect(given.values).toEqual(["c0"]);
    expect([...given.options]).toEqual([
      ["--home", "/h"],
      ["--json", undefined],
      ["--limit", "5"],
      ["--follow", undefined],
    ]);
  });

  it("takes what looks like an option as text after --, and a single dash anywhere", () => {
    expect(parse("send", "@bob", "--", "--json").values).toEqual(["@bob", "--json"]);
    expect(parse("send", "@bob", "-5 degrees").values).toEqual(["@bob", "-5 degrees"]);
  });

  it("takes a value that begins with dashes", () => {
    expect(parse("send", "@bob", "x", "--reply", "--json").options.get("--reply")).toBe("--json");
  });
});

describe("what is refused", () => {
  it.each([
    ["missing-command", []],
    ["missing-command", ["--json"]],
    ["unknown-command", ["react", "c0", "m0", "👍"]],
    ["unknown-command", ["toString"]],
    ["unknown-option", ["list", "--limit", "3"]],
    ["unknown-option", ["--follow", "read", "c0"]],
    ["repeated-option", ["list", "--json", "--json"]],
    ["missing-value", ["read", "c0", "--limit"]],
    ["bad-value", ["list", "--json=yes"]],
    ["missing-argument", ["send", "@bob"]],
    ["surplus-argument", ["list", "all"]],
  ])("%s: %j", (code, words) => {
    expect(() => parse(...words)).toThrowError(expect.objectContaining({ code }));
  });
});

it("reads whole numbers and times strictly", () => {
  expect(wholeNumber("--limit", "20", 1)).toBe(20);
  expect(secondsOf("--wait", "0.25")).toBe(250);
  for (const text of ["", "0", "-1", "1e3", "1.5", "x"]) {
    expect(() => wholeNumber("--limit", text, 1)).toThrowError(expect.objectContaining({ code: "bad-value" }));
  }
  for (const text of ["", "-1", "1e3", ".5", "Infinity"]) {
    expect(() => secondsOf("--wait", text)).toThrowError(expect.objectContaining({ code: "bad-value" }));
  }
});
