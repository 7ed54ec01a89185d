import type { SuiteId } from "@redoubt/peers/peer";

/** Short names of the cipher suites for the tables. */
export const suiteNames: Readonly<Record<SuiteId, string>> = {
  1: "suite 1",
  3: "suite 3",
  [0xf00e]: "X-Wing",
};
