import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { takeEntry } from "../src/index.js";
import { context, MemoryLog, Person, twoPeople } from "./support/person.js";

const heard = (text: string) => ({ kind: "message", content: utf8(text) });

describe("a direct conversation", () => {
  it("is opened by one, entered by the other, and carries messages both ways in the log's order", () => {
    const { alice, bob, log } = twoPeople();
    for (const [from, text] of [
      [alice, "hello"],
      [bob, "hello yourself"],
      [bob, "how are you?"],
      [alice, "well"],
    ] as const) {
      const entry = log.append(from.send(text));
      const other = from === alice ? bob : alice;
      expect(from.take(entry).taken).toEqual({ kind: "own-message" });
      const { taken, alarms } = other.take(entry);
      expect(taken).toMatchObject({ ...heard(text), from: { accountId: from.account.accountId } });
      expect(alarms).toEqual([]);
    }
    expect(alice.state.position).toEqual(bob.state.position);
  });

  it("shows the relay a size class, and nothing else", () => {
    const { alice } = twoPeople();
    const lengths = [0, 1, 40, 400, 4000];
    const sizes = lengths.map((length) => alice.send("x".repeat(length)).bytes.length);
    expect(sizes.map((size) => size % 256)).toEqual(lengths.map(() => 16));
    expect(sizes[0]).toBe(sizes[1]);
  });

  it("admits devices of its two accounts only", () => {
    const [alice, stranger] = [new Person("alice"), new Person("stranger")];
    const someoneElse = new Person("someone").account.accountId;
    expect(() => alice.open(stranger, someoneElse)).toThrow(expect.objectContaining({ code: "against-profile" }));
  });
});

describe("a relay that lies about the log", () => {
  it("by a changed entry, or bytes of its own", () => {
    const { alice, bob, log } = twoPeople();
    const entry = log.append(alice.send("hello"));
    const changed = { ...entry, bytes: entry.bytes.with(40, (entry.bytes[40] as number) ^ 1) };
    expect(alice.take(changed).alarms).toEqual([{ kind: "altered", seq: 2 }]);
    // With the id of an own entry, even what some member sealed is refused.
    const [carol, dave] = [twoPeople(), twoPeople()];
    const own = carol.alice.send("own");
    const swapped = { ...dave.log.append(dave.alice.send("other")), entryId: own.entryId };
    expect(carol.alice.take(swapped)).toMatchObject({ taken: { reason: "altered" } });
    expect(bob.take(changed)).toMatchObject({ taken: { kind: "ignored" }, alarms: [{ kind: "altered", seq: 2 }] });
  });

  it("by an entry that comes again", () => {
    const { alice, bob, log } = twoPeople();
    const entry = log.append(alice.send("hello"));
    bob.take(entry);
    const again = bob.take({ ...entry, seq: 3 });
    expect(again).toMatchObject({ taken: { kind: "ignored" }, alarms: [{ kind: "replayed", seq: 3 }] });
  });

  it("by leaving an entry out: the next message of one who saw it tells", () => {
    const { alice, bob, log } = twoPeople();
    const dropped = log.append(alice.send("dropped"));
    alice.take(dropped);
    const next = log.append(alice.send("next"));
    const { taken, alarms } = bob.take({ ...next, seq: 2 });
    expect(taken).toMatchObject(heard("next"));
    expect(alarms).toMatchObject([{ kind: "reordered", seq: 2 }]);
  });

  it("by showing two orders", () => {
    const { alice, bob, log } = twoPeople();
    const [a, b] = [alice.send("from alice"), bob.send("from bob")];
    const forAlice = [log.append(a), log.append(b)];
    const other = new MemoryLog();
    other.entries.push(log.entries[0] as never);
    const forBob = [other.append(b), other.append(a)];
    for (const entry of forAlice) alice.take(entry);
    for (const entry of forBob) bob.take(entry);
    const { alarms } = bob.take({ ...log.append(alice.send("after")), seq: 4 });
    expect(alarms).toMatchObject([{ kind: "forked", seq: 4 }]);
  });

  it("by skipping a number: nothing is taken in", () => {
    const { alice, bob, log } = twoPeople();
    const entry = log.append(alice.send("hello"));
    const before = bob.state;
    expect(() => takeEntry(context, before, { ...entry, seq: 3 }, undefined)).toThrow(
      expect.objectContaining({ code: "gap" }),
    );
    expect(bob.state).toBe(before);
  });
});
