import { expect, it } from "vitest";
import { UsageError } from "./command.js";
import { readCommandLine, usage } from "./command-line.js";
import { invite } from "./commands/invite.js";

it("finds the command, and leaves the other words to it", () => {
  expect(readCommandLine(["invite", "--uses", "2"])).toEqual({ command: invite, words: ["--uses", "2"] });
});

it("gives help wherever it is asked for, with how each command is called", () => {
  for (const argv of [["--help"], ["-h"], ["start", "--help"]]) expect(readCommandLine(argv)).toBe("help");
  for (const name of ["start", "invite"]) expect(usage).toContain(`redoubt-relay ${name} `);
});

it.each([[""], ["stop"], ["toString"], ["--data d start"]])("refuses `%s`", (line) => {
  expect(() => readCommandLine(line.split(" ").filter((word) => word !== ""))).toThrow(UsageError);
});
