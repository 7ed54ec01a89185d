import { expect, it } from "vitest";
import { CodedError, type ErrorEntry } from "./error.js";

const catalogue = {
  "too-late": { message: "The group has moved on", retry: false },
  busy: { message: "The relay is busy", retry: true },
} as const satisfies Record<string, ErrorEntry>;

class SampleError extends CodedError<keyof typeof catalogue> {
  constructor(code: keyof typeof catalogue, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}

it("carries code and retry, and is an Error under its class's name", () => {
  const error = new SampleError("busy");
  expect(error).toBeInstanceOf(CodedError);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe("SampleError");
  expect(error.code).toBe("busy");
  expect(error.retry).toBe(true);
  expect(new SampleError("too-late").retry).toBe(false);
});

it("says the catalogue's sentence, with the detail in parentheses", () => {
  expect(new SampleError("too-late").message).toBe("The group has moved on");
  expect(new SampleError("too-late", "epoch 3 of 5").message).toBe("The group has moved on (epoch 3 of 5)");
});

it("has a cause only where one was given", () => {
  const cause = new RangeError("underneath");
  expect(new SampleError("busy", undefined, cause).cause).toBe(cause);
  expect(Object.hasOwn(new SampleError("busy", "why"), "cause")).toBe(false);
});

it("becomes code, message and retry in JSON: no stack and no cause", () => {
  const error = new SampleError("busy", "queue full", new Error("inner"));
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: "busy",
    message: "The relay is busy (queue full)",
    retry: true,
  });
});
