import { describe, expect, it } from "vitest";
import { type Intent, type PolicyEdit, roleOf, rosterOf } from "../src/index.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { policyOf, type Room, roomOf } from "./support/room.js";

type Plan = Exclude<Intent, { kind: "leave" }>;

const edit = (what: PolicyEdit): Plan => ({ kind: "edit", edit: what });
const notAllowed = expect.objectContaining({ code: "not-allowed" });

function roleIn(room: Room, { account }: Device) {
  const [member] = room.members as [Device];
  const { group } = member.state;
  if (group === undefined) throw new Error("no member");
  return roleOf(room.policy, rosterOf(group.epoch.tree), account.id);
}

/** Alice is the owner, Bob an admin, Carol and Dave are members. */
function staffed() {
  const opened = roomOf("alice", "bob", "carol", "dave");
  const [alice, bob, carol, dave] = opened.devices as [Device, Device, Device, Device];
  opened.room.say(alice.change(edit({ kind: "role", account: bob.account.id, role: "admin" })));
  return { room: opened.room, alice, bob, carol, dave };
}

describe("members of a group", () => {
  it("are added by the batch, each with all devices, and read what comes after", () => {
    const { room, alice } = staffed();
    const more = [new Account("erin", 2), new Account("frank", 3)].flatMap(({ devices }) => devices);
    room.know(...more);
    room.say(alice.change({ kind: "add", invited: more.map((device) => device.invite()) }));
    room.expectAgreement();
    expect(room.members).toHaveLength(9);
    const heard = room.say(alice.send("welcome"));
    for (const device of more) expect(heard.get(device)?.taken).toMatchObject({ kind: "message" });
  });

  it("are not added twice, whoever asks, and however often a device is named", () => {
    const { room, alice, bob } = staffed();
    const [erin] = new Account("erin").devices as [Device];
    room.know(erin);
    const [first, second] = [erin.invite(), erin.invite()];
    room.say(bob.change({ kind: "add", invited: [first, second] }));
    expect(room.members).toHaveLength(5);
    expect(alice.change({ kind: "add", invited: [second] })).toBeUndefined();
  });

  it("are at most a thousand devices", () => {
    const { alice } = staffed();
    const [erin] = new Account("erin").devices as [Device];
    const one = erin.invite();
    const invited = Array.from({ length: 997 }, (_, i) => {
      const signatureKey = new Uint8Array(32).fill(i % 256);
      signatureKey[0] = i >> 8;
      return { ...one, keyPackage: { ...one.keyPackage, leafNode: { ...one.keyPackage.leafNode, signatureKey } } };
    });
    expect(() => alice.change({ kind: "add", invited })).toThrow(expect.objectContaining({ code: "too-many-members" }));
  });

  it("are removed with all their devices and roles", () => {
    const { room, alice, bob } = staffed();
    room.say(alice.change({ kind: "remove", accounts: [bob.account.id] }));
    room.expectAgreement();
    expect(bob.isMember).toBe(false);
    expect(room.policy).toMatchObject({ grants: [{ account: alice.account.id, role: "owner" }] });
    room.know(bob);
    room.say(alice.change({ kind: "add", invited: [bob.invite()] }));
    expect(roleIn(room, bob)).toBe("member");
  });
});

describe("permissions of a group", () => {
  const requests: [string, (people: ReturnType<typeof staffed>) => Plan, "member" | "admin" | "owner"][] = [
    ["adding", () => ({ kind: "add", invited: [(new Account("erin").devices[0] as Device).invite()] }), "admin"],
    ["removing a member", ({ dave }) => ({ kind: "remove", accounts: [dave.account.id] }), "admin"],
    ["removing an owner", ({ alice }) => ({ kind: "remove", accounts: [alice.account.id] }), "owner"],
    ["a title", () => edit({ kind: "info", title: "another" }), "admin"],
    ["a description", () => edit({ kind: "info", description: "what it is about" }), "admin"],
    ["a picture", () => edit({ kind: "info", avatar: new Uint8Array(9) }), "admin"],
    ["disappearing messages", () => edit({ kind: "rules", disappearing: 60 }), "admin"],
    ["receipts", () => edit({ kind: "rules", receipts: true }), "admin"],
    ["typing", () => edit({ kind: "rules", typing: true }), "admin"],
    ["a pin", () => edit({ kind: "pin", message: new Uint8Array(32), isPinned: true }), "admin"],
    ["a role", ({ dave }) => edit({ kind: "role", account: dave.account.id, role: "owner" }), "owner"],
    ["permissions", () => edit({ kind: "permissions", permissions: { post: "admin" } }), "owner"],
    ["a move", () => edit({ kind: "move", relay: "https://other.example", moves: 1 }), "owner"],
  ];

  it.each(requests)("let whoever may do it: %s", (_, plan, least) => {
    const people = staffed();
    const { room, alice, bob, carol } = people;
    const allowed = least === "owner" ? [alice] : [alice, bob];
    for (const who of [carol, bob, alice]) {
      const before = room.members.map((member) => member.image());
      if (!allowed.includes(who)) {
        expect(() => who.change(plan(people)), who.account.name).toThrow(notAllowed);
        expect(room.members.map((member) => member.image())).toEqual(before);
      }
    }
    const by = allowed.at(-1) as Device;
    if (least === "owner" && plan(people).kind === "remove") return;
    for (const { taken } of room.say(by.change(plan(people))).values()) expect(taken).toMatchObject({ kind: "commit" });
    room.expectAgreement();
  });

  it("are no one's beyond their own rank: an admin removes neither owners nor admins, an owner anyone", () => {
    const { room, alice, bob, carol } = staffed();
    room.say(alice.change(edit({ kind: "role", account: carol.account.id, role: "admin" })));
    expect(() => bob.change({ kind: "remove", accounts: [carol.account.id] })).toThrow(notAllowed);
    expect(() => bob.change({ kind: "remove", accounts: [alice.account.id] })).toThrow(notAllowed);
    room.say(alice.change(edit({ kind: "role", account: carol.account.id, role: "owner" })));
    room.say(carol.change({ kind: "remove", accounts: [alice.account.id] }));
    expect(alice.isMember).toBe(false);
    room.expectAgreement();
  });

  it("to post are judged where a message stands in the log, by its sender as by all others", () => {
    const { room, alice, carol } = staffed();
    const message = carol.send("before the rule");
    room.say(alice.change(edit({ kind: "permissions", permissions: { post: "admin" } })));
    for (const { taken } of room.say(message).values()) {
      expect(taken).toEqual({ kind: "ignored", reason: "not-allowed" });
    }
    const [reader] = [...room.say(alice.send("an owner speaks")).values()].slice(1);
    expect(reader?.taken).toMatchObject({ kind: "message" });
  });

  it("give a role to nobody who is not there", () => {
    const { alice } = staffed();
    const account = new Account("stranger").id;
    expect(() => alice.change(edit({ kind: "role", account, role: "admin" }))).toThrow(notAllowed);
  });

  it("fall to the admins when no owner is left, and to all when no admin is", () => {
    const { room, alice, bob, carol, dave } = staffed();
    room.say(alice.leave());
    room.say(carol.change({ kind: "tidy" }));
    expect(roleIn(room, bob)).toBe("owner");
    expect(roleIn(room, carol)).toBe("member");
    room.say(bob.leave());
    room.say(carol.change({ kind: "tidy" }));
    expect([carol, dave].map((device) => roleIn(room, device))).toEqual(["owner", "owner"]);
    room.say(dave.change(edit({ kind: "role", account: carol.account.id, role: "owner" })));
    expect(roleIn(room, dave)).toBe("member");
    room.expectAgreement();
  });

  it("keep the order of pins whoever asks for one again", () => {
    const { room, alice, bob } = staffed();
    const pins = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
    for (const message of pins) room.say(alice.change(edit({ kind: "pin", message, isPinned: true })));
    const again = edit({ kind: "pin", message: pins[0] as Uint8Array, isPinned: true });
    expect(bob.change(again)).toBeUndefined();
    expect(room.policy).toMatchObject({ pinned: pins });
  });
});

describe("a change that loses", () => {
  it("is planned anew on what there is then, and is done once", () => {
    const { room, alice, bob, carol } = staffed();
    const title = edit({ kind: "info", title: "by bob" });
    const [first, second] = [alice.change(edit({ kind: "info", description: "by alice" })), bob.change(title)];
    room.say(first);
    expect(bob.state.pending).toBeUndefined();
    for (const [reader, { taken }] of room.say(second)) {
      expect(taken, reader.account.name).toMatchObject({ kind: "ignored" });
    }
    room.say(bob.change(title));
    expect(policyOf(carol)).toMatchObject({ title: "by bob", description: "by alice" });
    expect(bob.change(title)).toBeUndefined();
    room.expectAgreement();
  });

  it("was on its way alone: there is no second one beside it, nor a word that one leaves", () => {
    const { alice } = staffed();
    alice.change(edit({ kind: "info", title: "on its way" }));
    const pending = expect.objectContaining({ code: "commit-pending" });
    expect(() => alice.change(edit({ kind: "info", title: "another" }))).toThrow(pending);
    expect(() => alice.leave()).toThrow(pending);
  });
});
