import { expect, it } from "vitest";
import { jsonLine } from "./output.js";
import { printable, printableLine } from "./text.js";

it("lets no text of others steer a terminal", () => {
  expect(printable("\u001b[31mred\u0007\u009b2J")).toBe("\ufffd[31mred\ufffd\ufffd2J");
  expect(printable("a\u202etxt.exe")).toBe("a\ufffdtxt.exe");
});

it("leaves every script and emoji as it is", () => {
  const text = "grüße, سلام, 你好, 👩‍👩‍👧 ok";
  expect(printable(text)).toBe(text);
});

it("indents later lines, so that none looks like another message", () => {
  expect(printable("one\r\n22:00 @bob: two")).toBe("one\n    22:00 @bob: two");
  expect(printableLine("one\n two")).toBe("one two");
});

it("writes JSON on one line that a terminal survives and a program reads back", () => {
  const record = { text: "a\u001b[1m\u009b\u2028\nb" };
  const line = jsonLine(record);
  expect(line).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(line)).toEqual(record);
});

it("writes an absent field as null", () => {
  expect(jsonLine({ replyTo: undefined })).toBe('{"replyTo":null}');
});
