import { expect, it } from "vitest";
import { limits } from "../../src/codec/limits.js";
import { decodeMessage } from "../../src/index.js";

it("a message larger than any that is accepted is refused before it is read", () => {
  const decode = (length: number) => () => decodeMessage(new Uint8Array(length));
  expect(decode(limits.message + 1)).toThrow(expect.objectContaining({ code: "too-large" }));
  expect(decode(limits.message)).toThrow(expect.objectContaining({ code: "unsupported" }));
});
