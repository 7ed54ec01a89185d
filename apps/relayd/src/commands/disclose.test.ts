import { expect, it } from "vitest";
import { UsageError } from "../command.js";
import { dataMapCommand } from "./data-map.js";
import { disclose } from "./disclose.js";

it("is asked about an account or a log, about its key, or to check", () => {
  const nothing = { account: undefined, log: undefined, out: undefined };
  expect(disclose.read(["--account", "alice"])).toEqual({
    kind: "disclose",
    data: "./data",
    ...nothing,
    account: "alice",
  });
  expect(disclose.read("--data d --log ab --out o".split(" "))).toEqual({
    kind: "disclose",
    data: "d",
    account: undefined,
    log: "ab",
    out: "o",
  });
  expect(disclose.read(["key", "--data", "d"])).toEqual({ kind: "key", data: "d" });
  expect(disclose.read(["verify", "dir"])).toEqual({ kind: "verify", folder: "dir", key: undefined });
  expect(disclose.read("verify dir --key k".split(" "))).toEqual({ kind: "verify", folder: "dir", key: "k" });
});

it.each([
  [""],
  ["--account a --log b"],
  ["--account"],
  ["alice"],
  ["verify"],
  ["verify a b"],
  ["verify a --data d"],
  ["key k"],
  ["--key k --account a"],
])("refuses `%s`", (line) => {
  expect(() => disclose.read(line.split(" ").filter((word) => word !== ""))).toThrow(UsageError);
});

it("lists what the relay holds for people, for programs, and for the documentation", () => {
  expect(dataMapCommand.read([])).toEqual({ json: false, markdown: false });
  expect(dataMapCommand.read(["--json"])).toEqual({ json: true, markdown: false });
  expect(() => dataMapCommand.read(["--data", "d"])).toThrow(UsageError);
});
