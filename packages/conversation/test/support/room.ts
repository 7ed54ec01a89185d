import { equalBytes } from "@redoubt/base";
import { expect } from "vitest";
import { type LogEntry, type Outgoing, type Policy, readPolicy, type TakenEntry } from "../../src/index.js";
import { Account } from "./account.js";
import type { Device } from "./device.js";

/** A group whose log is in memory, and who is in it. For tests. */
export class Room {
  readonly entries: LogEntry[] = [];
  /** Whoever reads the log, in the order in which they came. */
  readonly readers: Device[] = [];
  readonly #known: Device[] = [];

  /** One who opens a group with the devices of others. */
  static open(owner: Device, others: readonly Device[]): Room {
    const room = new Room();
    room.readers.push(owner);
    room.know(...others);
    room.say(
      owner.openGroup(
        "a group",
        others.map((other) => other.invite()),
      ),
    );
    return room;
  }

  /** Devices that may be welcomed. */
  know(...devices: readonly Device[]): void {
    this.#known.push(...devices);
  }

  append({ entryId, bytes }: Outgoing): LogEntry {
    const entry = { seq: this.entries.length + 1, entryId, bytes };
    this.entries.push(entry);
    return entry;
  }

  /** Appends, and lets everybody take it in. */
  say(outgoing: Outgoing | undefined): Map<Device, TakenEntry> {
    if (outgoing === undefined) throw new Error("there was nothing to do");
    return this.deliver(this.append(outgoing));
  }

  deliver(entry: LogEntry): Map<Device, TakenEntry> {
    const before = this.members;
    const taken = new Map(before.map((reader) => [reader, reader.take(entry)]));
    for (const { taken: what } of taken.values()) {
      if (what.kind !== "commit") continue;
      for (const ready of what.welcomes) {
        const newcomer = [...this.#known, ...before].find(({ inboxId }) => equalBytes(inboxId, ready.inboxId));
        newcomer?.enter(ready);
        if (newcomer !== undefined && !this.readers.includes(newcomer)) this.readers.push(newcomer);
      }
    }
    return taken;
  }

  get members(): readonly Device[] {
    return this.readers.filter((reader) => reader.isMember);
  }

  get policy(): Policy {
    return policyOf(this.members[0] as Device);
  }

  /** All members are in one epoch and hold the same of the log. */
  expectAgreement(among: readonly Device[] = this.members): void {
    const [first, ...others] = among.map((member) => shared(member));
    for (const other of others) expect(other).toEqual(first);
  }

  /** Everybody refuses it, and nobody's state changes. */
  expectRefused(outgoing: Outgoing, reason: string | RegExp = "against-profile"): void {
    const isSender = (reader: Device) => reader.own.has(outgoing.entryId.join());
    const others = this.members.filter((member) => !isSender(member));
    const before = new Map(others.map((member) => [member, member.image()]));
    for (const [reader, { taken }] of this.say(outgoing)) {
      if (isSender(reader)) expect(taken.kind).not.toBe("commit");
      else expect(taken).toEqual({ kind: "ignored", reason: expect.stringMatching(reason) });
      expect(reader.state.pending).toBeUndefined();
    }
    for (const [member, image] of before) expect(member.image()).toBe(image);
    this.expectAgreement(others);
  }
}

export function policyOf({ state }: Device): Policy {
  if (state.group === undefined) throw new Error("no member");
  return readPolicy(state.group.epoch.context.extensions);
}

/** What all members of one epoch have in common. */
function shared({ state }: Device) {
  const { epoch, treeHash, confirmedTranscriptHash } = state.group?.epoch.context ?? {};
  const { logId, logSecret, writeSeed, relay } = state.access;
  return { epoch, treeHash, confirmedTranscriptHash, logId, logSecret, writeSeed, relay, leaving: state.leaving };
}

/** A group of accounts with one device each; the first is its owner. */
export function roomOf(...names: readonly [string, ...string[]]) {
  const accounts = names.map((name) => new Account(name));
  const devices = accounts.map(({ devices: [device] }) => device as Device);
  const [owner, ...others] = devices as [Device, ...Device[]];
  return { room: Room.open(owner, others), accounts, devices };
}
