import { expect, it } from "vitest";
import { failureOf } from "./error.js";

it("why a message failed keeps a code of ours, and says of any other that the relay was not reached", () => {
  expect(failureOf("file-gone").code).toBe("file-gone");
  expect(failureOf("not-active").code).toBe("not-active");
  expect(failureOf("log-full").code).toBe("offline");
  expect(failureOf(undefined).code).toBe("offline");
});
