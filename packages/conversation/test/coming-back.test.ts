import { proveDevice } from "@redoubt/identity";
import { describe, expect, it } from "vitest";
import { Account, newSigner } from "./support/account.js";
import { Device } from "./support/device.js";
import { Room, roomOf } from "./support/room.js";

const notAllowed = expect.objectContaining({ code: "not-allowed" });

function removeAndAdd(by: Device, gone: Device, invited: ReturnType<Device["invite"]>) {
  return by.commitRaw({
    proposals: [
      { kind: "remove", removed: gone.leafIndex },
      { kind: "add", keyPackage: invited.keyPackage },
    ],
  });
}

describe("a device that comes back", () => {
  it("takes the place of its old leaf, by whoever it asked, and reads on", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const invited = carol.invite({ groupId: alice.state.id, number: 1 });
    const taken = room.say(bob.change({ kind: "rejoin", invited }));
    expect(taken.get(carol)?.taken).toMatchObject({ removesUs: true, replacesUs: true });
    room.expectAgreement();
    expect(room.say(alice.send("again")).get(carol)?.taken).toMatchObject({ kind: "message" });
  });

  it("is brought in once, however many were asked, and whatever it has done since", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const invited = carol.invite({ groupId: alice.state.id, number: 1 });
    room.say(bob.change({ kind: "rejoin", invited }));
    expect(alice.change({ kind: "rejoin", invited })).toBeUndefined();
    room.say(alice.change({ kind: "edit", edit: { kind: "role", account: carol.account.id, role: "admin" } }));
    // A new leaf, with keys that the request does not name.
    room.say(carol.change({ kind: "edit", edit: { kind: "info", title: "back" } }));
    expect(alice.change({ kind: "rejoin", invited })).toBeUndefined();
    expect(bob.change({ kind: "rejoin", invited })).toBeUndefined();
  });

  it("is not put out by its own request, used once more", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const invited = carol.invite({ groupId: alice.state.id, number: 5 });
    const older = carol.invite({ groupId: alice.state.id, number: 4 });
    const elsewhere = carol.invite({ groupId: new Uint8Array(32), number: 9 });
    const plain = carol.invite();
    room.say(alice.change({ kind: "rejoin", invited }));
    room.say(alice.change({ kind: "edit", edit: { kind: "role", account: carol.account.id, role: "admin" } }));
    room.say(carol.change({ kind: "edit", edit: { kind: "info", title: "back" } }));
    for (const request of [invited, older, elsewhere, plain]) room.expectRefused(removeAndAdd(bob, carol, request));
    const next = carol.invite({ groupId: alice.state.id, number: 6 });
    room.say(bob.change({ kind: "rejoin", invited: next }));
    room.expectAgreement();
    expect(carol.isMember).toBe(true);
  });

  it("keeps in its leaf when it came back", () => {
    const { room, devices } = roomOf("alice", "bob");
    const [alice, bob] = devices as [Device, Device];
    room.say(alice.change({ kind: "rejoin", invited: bob.invite({ groupId: alice.state.id, number: 5 }) }));
    const { leafExtensions } = bob.identity();
    room.expectRefused(bob.commitRaw({ leaf: { extensions: leafExtensions } }));
  });

  it("is a member's: who was removed stays out, and a request for another group is none", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const elsewhere = carol.invite({ groupId: new Uint8Array(32), number: 1 });
    expect(() => alice.change({ kind: "rejoin", invited: elsewhere })).toThrow(notAllowed);
    expect(() => alice.change({ kind: "rejoin", invited: carol.invite() })).toThrow(notAllowed);
    room.say(alice.change({ kind: "remove", accounts: [carol.account.id] }));
    const invited = carol.invite({ groupId: alice.state.id, number: 1 });
    for (const member of [alice, bob]) expect(() => member.change({ kind: "rejoin", invited })).toThrow(notAllowed);
    room.expectRefused(bob.commitRaw({ proposals: [{ kind: "add", keyPackage: invited.keyPackage }] }));
  });

  it("may be one that the group did not know: a member's other devices are brought in by anyone", () => {
    const { room, devices } = roomOf("alice", "bob");
    const [alice, bob] = devices as [Device, Device];
    const second = alice.account.addDevice();
    room.know(second);
    room.say(bob.change({ kind: "add", invited: [second.invite()] }));
    expect(second.isMember).toBe(true);
    room.expectAgreement();
  });
});

/** Alice with a phone and a laptop, Bob and Carol. */
function withTwo() {
  const [alice, bob, carol] = [new Account("alice"), new Account("bob", 2), new Account("carol")];
  const [phone, laptop] = bob.devices as [Device, Device];
  const room = Room.open(alice.devices[0] as Device, [phone, laptop, carol.devices[0] as Device]);
  return { room, alice: alice.devices[0] as Device, bob, phone, laptop, carol: carol.devices[0] as Device };
}

describe("a device that its account has revoked", () => {
  it("is put out by anyone who shows it", () => {
    const { room, bob, laptop, carol, phone } = withTwo();
    const chain = bob.revoke(laptop);
    room.say(carol.change({ kind: "revoke", chain }));
    expect([laptop.isMember, phone.isMember]).toEqual([false, true]);
    room.expectAgreement();
    expect(carol.change({ kind: "revoke", chain })).toBeUndefined();
  });

  it("is put out for what a newer leaf of the account shows", () => {
    const { room, bob, laptop, carol } = withTwo();
    bob.revoke(laptop);
    const tablet = bob.addDevice();
    room.know(tablet);
    room.say(carol.change({ kind: "add", invited: [tablet.invite()] }));
    room.say(carol.commitRaw({ proposals: [{ kind: "remove", removed: laptop.leafIndex }] }));
    expect(laptop.isMember).toBe(false);
    room.expectAgreement();
  });

  it("is not put out without a proof, with a chain that does not verify, or with another account's", () => {
    const { room, bob, laptop, carol, alice } = withTwo();
    const remove = { proposals: [{ kind: "remove", removed: laptop.leafIndex } as const] };
    const stolen = alice.account.chain;
    const chain = bob.revoke(laptop);
    const broken = [...chain.slice(0, -1), (chain.at(-1) as Uint8Array).with(9, 1)];
    for (const chains of [[], [broken], [stolen], [chain.slice(0, -1)], [[]], [[new Uint8Array(0)]]]) {
      room.expectRefused(carol.commitRaw(remove, { chains }));
    }
    room.say(carol.commitRaw(remove, { chains: [broken, stolen, chain] }));
    expect(laptop.isMember).toBe(false);
  });

  it("is not brought in again, by whatever kind of request", () => {
    const { room, bob, laptop, carol, alice } = withTwo();
    const again = laptop.invite({ groupId: alice.state.id, number: 1 });
    const chain = bob.revoke(laptop);
    const tablet = bob.addDevice();
    room.know(tablet);
    room.say(alice.change({ kind: "add", invited: [tablet.invite()] }));
    expect(() => carol.change({ kind: "rejoin", invited: again })).toThrow(notAllowed);
    room.expectRefused(removeAndAdd(carol, laptop, again));
    room.say(carol.change({ kind: "revoke", chain }));
    expect(() => alice.change({ kind: "add", invited: [again] })).toThrow(notAllowed);
    room.expectRefused(alice.commitRaw({ proposals: [{ kind: "add", keyPackage: again.keyPackage }] }));
  });

  it("proves nothing by a branch of the account of its own", () => {
    const { room, bob, phone, laptop, carol, alice } = withTwo();
    const old = { chain: bob.chain, state: bob.state };
    bob.revoke(laptop);
    const tablet = bob.addDevice();
    room.know(tablet);
    room.say(alice.change({ kind: "add", invited: [tablet.invite()] }));
    // The thief of the laptop revokes all others, in a branch that is longer than the account's own.
    let branch = bob.branch(old, [{ kind: "revoke", deviceId: phone.deviceId }], laptop.signer);
    for (let i = 0; i < 4; i++) {
      branch = bob.branch(branch, [{ kind: "add", device: claim(bob.name, newSigner()) }], laptop.signer);
    }
    const remove = { proposals: [{ kind: "remove", removed: tablet.leafIndex } as const] };
    room.expectRefused(carol.commitRaw(remove, { chains: [branch.chain] }));
    // Nor does it come in by it: Carol would add it as a device of a member.
    const forged = new Device({ ...bob, name: bob.name, ...branch } as Account, laptop.signer);
    room.say(alice.commitRaw({ proposals: [{ kind: "remove", removed: laptop.leafIndex }] }));
    room.expectRefused(carol.commitRaw({ proposals: [{ kind: "add", keyPackage: forged.invite().keyPackage }] }));
  });
});

function claim(name: string, signer: Device["signer"]) {
  return proveDevice(name, signer.publicKey, signer.publicKey.slice(0, 16), signer.sign);
}
