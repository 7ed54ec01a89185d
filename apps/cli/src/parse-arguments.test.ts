import { describe, expect, it } from "vitest";
import { parseArguments, secondsOf, wholeNumber } from "./parse-arguments.js";

const usages = new Map([
  ["send", "CONV|@NAME TEXT [--reply ID]"],
  ["read", "CONV [--limit N] [--follow]"],
  ["list", ""],
  ["group create", "TITLE @NAME..."],
  ["group role", "CONV @NAME owner|admin|member"],
  ["group rules", "CONV [--receipts on|off]"],
]);
const grammar = new Map([...usages].map(([name, usage]) => [name, { usage }]));
const parse = (...words: string[]) => parseArguments(words, grammar);

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

  it("reads commands of two words, with options between them, and as many names as there are", () => {
    const given = parse("group", "--json", "create", "Our friends", "@bob", "@carol");
    expect(given.command).toBe("group create");
    expect(given.values).toEqual(["Our friends", "@bob", "@carol"]);
    expect(parse("group", "create", "A", "@bob").values).toEqual(["A", "@bob"]);
  });

  it("takes one of the words that are named", () => {
    expect(parse("group", "role", "c0", "@bob", "admin").values[2]).toBe("admin");
    expect(parse("group", "rules", "c0", "--receipts", "off").options.get("--receipts")).toBe("off");
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
    ["missing-command", ["group"]],
    ["unknown-command", ["group", "frobnicate"]],
    ["unknown-command", ["gro", "create"]],
    ["unknown-command", ["group create", "A", "@bob"]],
    ["missing-argument", ["group", "create"]],
    ["missing-argument", ["group", "create", "A"]],
    ["missing-argument", ["group", "role", "c0", "@bob"]],
    ["surplus-argument", ["group", "role", "c0", "@bob", "admin", "@carol"]],
    ["bad-value", ["group", "role", "c0", "@bob", "king"]],
    ["bad-value", ["group", "role", "c0", "@bob", "owner|admin|member"]],
    ["bad-value", ["group", "rules", "c0", "--receipts", "maybe"]],
    ["missing-value", ["group", "rules", "c0", "--receipts"]],
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
