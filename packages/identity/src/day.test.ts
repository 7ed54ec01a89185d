import { expect, it } from "vitest";
import { dayOf, lastDay } from "./day.js";

it("counts days from the beginning of 1970, in UTC", () => {
  expect(dayOf(0)).toBe(0);
  expect(dayOf(86_399_999)).toBe(0);
  expect(dayOf(86_400_000)).toBe(1);
  expect(dayOf(Date.UTC(2026, 0, 1))).toBe(20_454);
  expect(dayOf(Date.UTC(9999, 11, 31))).toBe(lastDay);
});
