import { bytesKey } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { isMinority, mustGoOn, type Standing, standingOf } from "../src/index.js";
import { hostileEntry } from "./convergence/hostile.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { type Room, roomOf } from "./support/room.js";

const title = (text: string) => ({ kind: "edit", edit: { kind: "info", title: text } }) as const;

function reportsOf(...devices: readonly Device[]): ReadonlyMap<string, Standing> {
  return new Map(devices.map((one) => [bytesKey(one.signer.publicKey), standingOf(one.state) as Standing]));
}

/** Lets some take an entry that others never see. */
function takeAt(room: Room, seq: number, outgoing: ReturnType<Device["send"]>, ...by: readonly Device[]): void {
  const entry = { seq, entryId: outgoing.entryId, bytes: outgoing.bytes };
  for (const { taken } of by.map((one) => one.take(entry))) {
    if (taken.kind !== "commit") continue;
    for (const ready of taken.welcomes) {
      const known = [...room.readers, ...newcomers].find(
        ({ inboxId }) => bytesKey(inboxId) === bytesKey(ready.inboxId),
      );
      known?.enter(ready);
    }
  }
}

const newcomers: Device[] = [];

/** Alice and Bob on one side of a split, Carol and Dave on the other, one commit apart. */
function split() {
  const { room, devices } = roomOf("alice", "bob", "carol", "dave");
  const [alice, bob, carol, dave] = devices as [Device, Device, Device, Device];
  room.say(alice.change({ kind: "edit", edit: { kind: "role", account: carol.account.id, role: "owner" } }));
  const seq = room.entries.length + 1;
  takeAt(room, seq, alice.change(title("here")) as never, alice, bob);
  takeAt(room, seq, carol.change(title("there")) as never, carol, dave);
  return { room, seq, alice, bob, carol, dave };
}

describe("a split", () => {
  it("of which both sides have come equally far is noticed by both, as soon as they hear each other", () => {
    const { seq, alice, carol } = split();
    const said = [alice.send("from here"), carol.send("from there")] as const;
    const heard = [carol, alice].map((one, i) => {
      const { entryId, bytes } = said[i] as (typeof said)[0];
      return one.take({ seq: seq + 1, entryId, bytes });
    });
    for (const { taken, alarms } of heard) {
      expect(taken.kind).toBe("ignored");
      expect(alarms).toMatchObject([{ kind: "left-behind" }]);
    }
  });

  it("is decided in the same way by all: the majority, of equals one side, and never both", () => {
    const { alice, bob, carol, dave } = split();
    const all = [alice, bob, carol, dave];
    const verdicts = all.map((one) => {
      return isMinority(one.state, reportsOf(...all.filter((other) => other !== one)), 4);
    });
    expect([
      [true, true, false, false],
      [false, false, true, true],
    ]).toContainEqual(verdicts);
    expect(isMinority(alice.state, reportsOf(carol, dave), 4)).toBe(false);
    expect(isMinority(alice.state, reportsOf(carol, dave), 3)).toBe(true);
  });

  it("is decided the same when a side goes on meanwhile", () => {
    const { room, seq, alice, bob, carol, dave } = split();
    const before = isMinority(alice.state, reportsOf(bob, carol, dave), 4);
    for (let i = 1; i < 4; i++) takeAt(room, seq + i, carol.change(title(`${i}`)) as never, carol, dave);
    expect(isMinority(alice.state, reportsOf(bob, carol, dave), 4)).toBe(before);
    expect(isMinority(carol.state, reportsOf(alice, bob, dave), 4)).toBe(!before);
  });

  it("is not won by whom one side brings in since", () => {
    const { room, seq, alice, bob, carol, dave } = split();
    const before = isMinority(alice.state, reportsOf(bob, carol, dave), 4);
    const more = new Account("erin", 3).devices;
    newcomers.push(...more);
    const by = before ? alice : carol;
    const side = before ? [alice, bob] : [carol, dave];
    takeAt(room, seq + 1, by.change({ kind: "add", invited: more.map((one) => one.invite()) }) as never, ...side);
    const others = [alice, bob, carol, dave, ...more];
    for (const one of [alice, bob, carol, dave]) {
      const known = one.state.group?.epoch.tree.memberCount === 7 ? others : others.slice(0, 4);
      const reports = reportsOf(...known.filter((other) => other !== one));
      expect(isMinority(one.state, reports, reports.size + 1)).toBe(before === (one === alice || one === bob));
    }
  });

  it("is none where others are only behind; who is ahead of us on our own way is elsewhere", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    const seq = room.entries.length + 1;
    takeAt(room, seq, alice.change(title("ahead")) as never, alice);
    expect(isMinority(alice.state, reportsOf(bob, carol), 3)).toBe(false);
    expect(mustGoOn(alice.state, reportsOf(bob, carol))).toBe(false);
    expect(isMinority(bob.state, reportsOf(alice, carol), 3)).toBe(false);
    expect(mustGoOn(bob.state, reportsOf(alice, carol))).toBe(true);
  });
});

describe("a commit whose path leaves some behind", () => {
  it("is noticed by them, and by who follows a commit alone, when the others speak on", () => {
    const { room, devices } = roomOf("alice", "bob", "mallory", "carol");
    const [alice, bob, mallory, carol] = devices as [Device, Device, Device, Device];
    const entry = hostileEntry("a path that leaves some behind", mallory, [0], room.entries, 1);
    if (entry === undefined) throw new Error("nothing");
    const taken = room.say(entry);
    const kinds = [alice, bob, carol].map((one) => taken.get(one)?.taken.kind);
    expect(kinds.toSorted()).not.toEqual(["commit", "commit", "commit"]);
    const follower = [alice, bob, carol].find((one) => taken.get(one)?.taken.kind === "commit");
    const stayed = [alice, bob, carol].find((one) => taken.get(one)?.taken.kind === "ignored");
    if (follower === undefined || stayed === undefined) throw new Error("all the same");
    const heard = room.say(stayed.send("still here"));
    expect(heard.get(follower)).toMatchObject({ taken: { kind: "message" }, alarms: [{ kind: "left-behind" }] });
    const answer = room.say(follower.send("gone on"));
    expect(answer.get(stayed)).toMatchObject({ taken: { kind: "ignored" }, alarms: [{ kind: "left-behind" }] });
  });
});
