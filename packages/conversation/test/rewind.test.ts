import { describe, expect, it } from "vitest";
import { type LogEntry, type Outgoing, rewound } from "../src/index.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { context } from "./support/kit.js";
import { roomOf } from "./support/room.js";

const asEntry = (seq: number, { entryId, bytes }: Outgoing): LogEntry => ({ seq, entryId, bytes });

/** Bob was shown another log than Alice from entry 3 on, in which nobody committed anything. */
function twoLogs() {
  const { room, devices } = roomOf("alice", "bob", "carol");
  const [alice, bob, carol] = devices as [Device, Device, Device];
  room.say(alice.send("to both"));
  const here = [asEntry(3, alice.send("here")), asEntry(4, carol.send("here as well"))];
  const there = asEntry(3, bob.send("there"));
  for (const entry of here) for (const one of [alice, carol]) one.take(entry);
  bob.take(there);
  return { log: [...room.entries, ...here], alice, bob, carol };
}

describe("who has read another log than there is", () => {
  it("goes back to the last entry that both have, and reads on from there", () => {
    const { log, alice, bob } = twoLogs();
    const before = bob.state.position;
    bob.state = rewound(context, bob.state, log);
    expect([before.seq, bob.state.position.seq]).toEqual([3, 2]);
    const read = log.slice(2).map((entry) => bob.take(entry));
    expect(read.map(({ taken }) => taken.kind)).toEqual(["message", "message"]);
    expect(read.flatMap(({ alarms }) => alarms)).toEqual([]);
    expect(bob.state.position).toEqual(alice.state.position);
    const next = asEntry(5, bob.send("together"));
    expect(alice.take(next)).toMatchObject({ taken: { kind: "message" }, alarms: [] });
  });

  it("goes back as well where the log has become shorter", () => {
    const { log, carol } = twoLogs();
    carol.state = rewound(context, carol.state, log.slice(0, 3));
    expect(carol.state.position.seq).toBe(3);
    expect(rewound(context, carol.state, []).position.seq).toBe(0);
  });

  it("stays where it is if the log bears it out, or does not tell", () => {
    const { log, alice, bob } = twoLogs();
    expect(rewound(context, alice.state, log)).toBe(alice.state);
    const more = [...log, asEntry(5, bob.send("later"))];
    expect(rewound(context, alice.state, more)).toBe(alice.state);
    // Its heads begin with the entry that it came in by.
    const first = { ...bob.state, heads: new Map([...bob.state.heads].filter(([seq]) => seq > 2)) };
    expect(rewound(context, first, log.slice(1))).toBe(first);
  });

  it("has not heard who leaves where nobody else could hear it; nor has the one who said so", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [alice, bob, carol] = devices as [Device, Device, Device];
    room.say(alice.leave());
    const word = asEntry(3, bob.leave());
    for (const one of [bob, carol]) one.take(word);
    const said = asEntry(3, alice.sealRaw(new Uint8Array(9)));
    for (const one of [bob, carol]) {
      one.state = rewound(context, one.state, [...room.entries, said]);
      one.take(said);
      expect(one.state.leaving).toEqual([alice.signer.publicKey]);
      expect(one.state.group?.proposals.size).toBe(1);
    }
    alice.take(said);
    const again = asEntry(4, bob.leave());
    for (const one of devices) expect(one.take(again).taken.kind).toBe("leaving");
    const tidy = asEntry(5, carol.change({ kind: "tidy" }) as Outgoing);
    for (const one of devices) one.take(tidy);
    expect(devices.map((one) => one.isMember)).toEqual([false, false, true]);
  });

  it("finds that it came in by a log that was given up, and reads the one there is from its start", () => {
    const { room, devices } = roomOf("alice", "bob", "carol");
    const [, bob] = devices as [Device, Device];
    const { seq, head } = bob.state.position;
    const wrong = { seq, head: head.with(0, (head[0] as number) ^ 1) };
    const misled = { ...bob.state, position: wrong, heads: new Map([[seq, wrong.head]]) };
    expect(rewound(context, misled, room.entries).position.seq).toBe(0);
    // Nothing before the entry that one came in by speaks against it.
    const [late] = new Account("dave").devices as [Device];
    room.know(late);
    room.say(devices[0]?.change({ kind: "add", invited: [late.invite()] }));
    expect([...late.state.heads.keys()]).toEqual([2]);
    expect(rewound(context, late.state, room.entries)).toBe(late.state);
  });

  it("reads nothing twice", () => {
    const { log, alice } = twoLogs();
    alice.state = rewound(context, alice.state, log.slice(0, 1));
    const again = log.slice(1).map((entry) => alice.take(entry).taken.kind);
    expect(again).toEqual(["own-message", "own-message", "ignored"]);
  });
});
