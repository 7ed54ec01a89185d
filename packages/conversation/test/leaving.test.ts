import { describe, expect, it } from "vitest";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { roomOf } from "./support/room.js";

const title = (text: string) => ({ kind: "edit", edit: { kind: "info", title: text } }) as const;

describe("who leaves", () => {
  it("is put out by the next commit of whoever makes it, right or no right", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    room.say(alice.leave());
    room.say(bob.change({ kind: "tidy" }));
    expect(alice.isMember).toBe(false);
    room.expectAgreement();
    expect(carol.change({ kind: "tidy" })).toBeUndefined();
  });

  it("is carried on when a commit came that did not know of it, and over to newcomers", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const [dave] = new Account("dave").devices as [Device];
    room.know(dave);
    // Planned before Carol spoke, appended after.
    const add = alice.change({ kind: "add", invited: [dave.invite()] });
    room.say(carol.leave());
    room.say(add);
    expect(carol.isMember).toBe(true);
    room.expectAgreement();
    expect(dave.state.leaving).toEqual([carol.signer.publicKey]);
    room.say(dave.change({ kind: "tidy" }));
    expect(carol.isMember).toBe(false);
    room.expectAgreement();
    expect(bob.state.leaving).toEqual([]);
  });

  it("has said nothing if the word came after the epoch: for itself as for all others", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, , carol] = devices as [Device, Device, Device];
    const word = carol.leave();
    room.say(alice.change(title("another")));
    for (const { taken } of room.say(word).values()) expect(taken.kind).toBe("ignored");
    room.expectAgreement();
    expect(carol.state.leaving).toEqual([]);
    room.say(carol.leave());
    room.say(alice.change({ kind: "tidy" }));
    expect(carol.isMember).toBe(false);
  });

  it("says so once in an epoch", () => {
    const { devices } = roomOf("alice", "bob");
    const [, bob] = devices as [Device, Device];
    bob.leave();
    expect(() => bob.leave()).toThrow(expect.objectContaining({ code: "commit-pending" }));
  });

  it("is not taken at its word before the word is in the log", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const word = carol.leave();
    // Alice has it from the relay, and commits it before it is in the log: to Bob it is unknown, to Carol her own.
    const before = carol.image();
    const bobs = bob.image();
    const state = alice.state;
    alice.take({ seq: room.entries.length + 1, ...word });
    const early = alice.change({ kind: "tidy" });
    alice.state = state;
    if (early === undefined) throw new Error("nothing to do");
    const taken = room.say(early);
    expect(taken.get(bob)?.taken).toMatchObject({ kind: "ignored" });
    expect(taken.get(carol)?.taken).toMatchObject({ kind: "ignored" });
    expect([carol.image(), bob.image()]).toEqual([before, bobs]);
  });

  it("and comes back has not left since", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    room.say(carol.leave());
    const invited = carol.invite({ groupId: alice.state.id, number: 1 });
    room.say(bob.change({ kind: "rejoin", invited }));
    expect(carol.isMember).toBe(true);
    room.expectAgreement();
    expect(bob.state.leaving).toEqual([]);
  });
});
