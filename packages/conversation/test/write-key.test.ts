import { equalBytes, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { keyPairOfSeed } from "../src/index.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { Room, roomOf } from "./support/room.js";

const writeKey = ({ context, state }: Device) => keyPairOfSeed(context, state.access.writeSeed).publicKey;

function secretsOf({ state }: Device): string[] {
  const { access, group } = state;
  const { secrets = {}, nodeKeys = new Map() } = group?.epoch ?? {};
  return [access.writeSeed, ...Object.values(secrets), ...nodeKeys.values()].map(toHex);
}

describe("the key that writes a log", () => {
  it("turns with a commit that removes anybody, to what all who stay derive; and with no other", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const before = writeKey(alice);
    const named = alice.change({ kind: "edit", edit: { kind: "info", title: "another" } });
    expect(named?.rotateTo).toBeUndefined();
    room.say(named);
    expect(writeKey(bob)).toEqual(before);
    const removal = alice.change({ kind: "remove", accounts: [carol.account.id] });
    expect(removal?.rotateTo).toBeDefined();
    room.say(removal);
    room.expectAgreement();
    expect(writeKey(alice)).toEqual(removal?.rotateTo);
    expect(writeKey(alice)).not.toEqual(before);
  });

  it("turns when somebody who said so is put out, or one comes back", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const invited = carol.invite({ groupId: alice.state.id, number: 1 });
    const back = bob.change({ kind: "rejoin", invited });
    room.say(back);
    expect(writeKey(carol)).toEqual(back?.rotateTo);
    room.say(carol.leave());
    const tidy = alice.change({ kind: "tidy" });
    room.say(tidy);
    expect(writeKey(bob)).toEqual(tidy?.rotateTo);
    room.expectAgreement();
  });

  it("is derived by newcomers that a removing commit brings in", () => {
    const [alice, dave] = [new Account("alice"), new Account("dave")];
    const room = Room.open(alice.devices[0] as Device, new Account("bob").devices);
    const [owner, bob] = room.members as [Device, Device];
    const [newcomer] = dave.devices as [Device];
    room.know(newcomer);
    const add = owner.change({ kind: "add", invited: [newcomer.invite()] });
    room.say(bob.leave());
    // The addition was planned before Bob spoke; the next one puts him out.
    room.say(add);
    const [erin] = new Account("erin").devices as [Device];
    room.know(erin);
    const both = owner.change({ kind: "add", invited: [erin.invite()] });
    room.say(both);
    expect(bob.isMember).toBe(false);
    room.expectAgreement();
    expect(writeKey(erin)).toEqual(both?.rotateTo);
  });

  it("is nothing that who was removed holds, derives or is sent", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const kept = carol.state;
    const held = new Set(secretsOf(carol));
    room.say(alice.change({ kind: "remove", accounts: [carol.account.id] }));
    const after = secretsOf(alice);
    expect(after.filter((secret) => held.has(secret))).toEqual([]);
    expect(toHex(carol.state.access.writeSeed)).toBe(toHex(kept.access.writeSeed));
    expect(equalBytes(writeKey(carol), writeKey(alice))).toBe(false);
    // With the state of before, nothing of what comes opens either.
    const said = room.append(bob.send("without carol"));
    carol.state = { ...kept, position: { seq: said.seq - 1, head: new Uint8Array(32) } };
    expect(carol.take(said).taken).toMatchObject({ kind: "ignored" });
  });
});

describe("a move", () => {
  it("leads all to one new log, whose keys none but members have, and the owner's key to who moved it", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const ownerSeed = alice.context.random(32) as never;
    room.say(carol.leave());
    room.say(bob.change({ kind: "tidy" }));
    const before = carol.state.access;
    const move = { kind: "move", relay: "https://other.example", moves: 1 } as const;
    room.say(alice.change({ kind: "edit", edit: move, ownerSeed }));
    room.expectAgreement();
    const { access, position } = bob.state;
    expect(access).toMatchObject({ relay: "https://other.example", ownerSeed: undefined });
    expect(alice.state.access.ownerSeed).toEqual(ownerSeed);
    expect(position.seq).toBe(0);
    for (const name of ["logId", "logSecret", "writeSeed"] as const) expect(access[name]).not.toEqual(before[name]);
    room.entries.length = 0;
    expect(room.say(bob.send("here")).get(alice)).toMatchObject({ taken: { kind: "message" }, alarms: [] });
  });

  it("is an owner's to make, and stands alone: who leaves is put out by the next commit", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    room.say(carol.leave());
    const move = { kind: "edit", edit: { kind: "move", relay: "https://other.example", moves: 1 } } as const;
    expect(() => bob.change(move)).toThrow(expect.objectContaining({ code: "not-allowed" }));
    room.say(alice.change(move));
    expect(carol.isMember).toBe(true);
    room.entries.length = 0;
    room.say(bob.change({ kind: "tidy" }));
    expect(carol.isMember).toBe(false);
    room.expectAgreement();
  });
});
