import { describe, expect, it } from "vitest";
import type { Device } from "./support/device.js";
import { roomOf } from "./support/room.js";

describe("a group", () => {
  it("is opened, entered by all, and carries messages", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    room.expectAgreement();
    for (const from of devices as Device[]) {
      for (const [reader, { taken }] of room.say(from.send("hello"))) {
        expect(taken.kind).toBe(reader === from ? "own-message" : "message");
      }
    }
    room.expectAgreement();
  });
});
