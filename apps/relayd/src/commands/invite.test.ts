import { expect, it } from "vitest";
import { UsageError } from "../command.js";
import { invite } from "./invite.js";

it("makes an invite for one person and 30 days, unless told otherwise", () => {
  expect(invite.read([])).toEqual({ data: "./data", uses: 1, days: 30 });
  expect(invite.read("--data d --uses 5 --days 7".split(" "))).toEqual({ data: "d", uses: 5, days: 7 });
});

it.each([["me"], ["--port 1"], ["--uses 0"], ["--days x"], ["--days"]])("refuses `%s`", (line) => {
  expect(() => invite.read(line.split(" "))).toThrow(UsageError);
});
