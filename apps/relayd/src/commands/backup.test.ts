import { expect, it } from "vitest";
import { UsageError } from "../command.js";
import { backup } from "./backup.js";
import { restore } from "./restore.js";

it.each([
  ["backup", backup],
  ["restore", restore],
] as const)("%s takes the data folder and one file, or - for a stream", (_name, command) => {
  expect(command.read(["b.tar"])).toEqual({ data: "./data", file: "b.tar" });
  expect(command.read(["--data", "d", "-"])).toEqual({ data: "d", file: "-" });
  for (const words of [[], ["a", "b"], ["--port", "1", "a"]]) expect(() => command.read(words)).toThrow(UsageError);
});

it("restore says so where the backup cannot be read", async () => {
  await expect(restore.run({ data: "./nowhere", file: "./no-such-backup.tar" })).rejects.toMatchObject({
    code: "cannot-read",
  });
});
