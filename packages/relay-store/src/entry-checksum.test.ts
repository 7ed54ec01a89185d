import { expect, it } from "vitest";
import { entryChecksum } from "./entry-checksum.js";

it("the checksum of an empty entry is the same for bytes from a message and bytes from the database", () => {
  const id = new Uint8Array(16).fill(7);
  const nowhere = new Uint8Array(new ArrayBuffer(0));
  const within = new Uint8Array(8).subarray(3, 3);
  expect(entryChecksum(38, id, nowhere)).toBe(entryChecksum(38, id, within));
  expect(entryChecksum(38, id, nowhere)).not.toBe(0);
});
