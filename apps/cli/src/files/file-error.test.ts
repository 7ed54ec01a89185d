import { expect, it } from "vitest";
import { toFileError } from "./file-error.js";

it("faults of the file system are told in our words", () => {
  const codeOf = (code: string, otherwise: "not-readable" | "not-written") =>
    toFileError(Object.assign(new Error(code), { code }), otherwise).code;
  expect(codeOf("ENOSPC", "not-written")).toBe("no-room");
  expect(codeOf("EDQUOT", "not-written")).toBe("no-room");
  expect(codeOf("EEXIST", "not-written")).toBe("file-exists");
  expect(codeOf("ENOENT", "not-readable")).toBe("no-file");
  expect(codeOf("ENOENT", "not-written")).toBe("not-written");
  expect(codeOf("EACCES", "not-readable")).toBe("not-readable");
});
