import { asSecret } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { suiteOf } from "../../test/support/context.js";
import { createSecretTree, defaultRatchetLimits, takeKeyAt, takeNextKey } from "../protect/secret-tree.js";
import { readRecords, recordChanges } from "./records.js";

const suite = suiteOf(3);
const tree = createSecretTree(4, asSecret(new Uint8Array(32).fill(1)));
const recorded = (secretTree = tree) => ({ secretTree, proposals: new Map() });
const open = (from = tree, generation = 0) =>
  takeKeyAt(suite, from, 1, "application", generation, defaultRatchetLimits).tree;

const shown = (changes: ReturnType<typeof recordChanges>) =>
  changes.map(({ name, value }) => (value === undefined ? `-${name}` : name));

describe("changes of records", () => {
  it("are everything when nothing is stored", () => {
    expect(shown(recordChanges(undefined, recorded()))).toEqual(["node/3"]);
  });

  it("are none for the same state, and nothing but what changed for another", () => {
    expect(recordChanges(recorded(), recorded())).toEqual([]);
    expect(shown(recordChanges(recorded(), recorded(open())))).toEqual(["node/0", "-node/3", "node/5", "ratchet/1"]);
    const heard = open();
    const sealed = takeNextKey(suite, heard, 1, "handshake").tree;
    expect(shown(recordChanges(recorded(heard), recorded(sealed)))).toEqual(["ratchet/1"]);
  });

  it("keep skipped keys one by one, and delete each when it is taken", () => {
    const heard = open();
    const ahead = open(heard, 3);
    expect(shown(recordChanges(recorded(heard), recorded(ahead)))).toEqual([
      "ratchet/1",
      "skipped/1/application/1",
      "skipped/1/application/2",
    ]);
    const late = open(ahead, 1);
    expect(shown(recordChanges(recorded(ahead), recorded(late)))).toEqual(["ratchet/1", "-skipped/1/application/1"]);
  });

  it("are not made between states of two epochs", () => {
    const other = recorded(createSecretTree(8, asSecret(new Uint8Array(32))));
    expect(() => recordChanges(recorded(), other)).toThrow(expect.objectContaining({ code: "stale" }));
  });
});

describe("records", () => {
  const value = recordChanges(undefined, recorded(open())).find(({ name }) => name === "ratchet/1")!.value!;

  it.each([
    "ratchet/4",
    "ratchet/-1",
    "ratchet/01",
    "ratchet/1/2",
    "ratchet",
    "other/1",
    "",
    "skipped/1/application/0",
  ])("are refused under the name %j", (name) => {
    expect(() => readRecords(4, [[name, value]])).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(bad-state|malformed)$/) }),
    );
  });

  it("are refused in another version", () => {
    const other = value.slice();
    other[0] = 2;
    expect(() => readRecords(4, [["ratchet/1", other]])).toThrow(expect.objectContaining({ code: "bad-state" }));
  });

  it("are refused with a skipped key that its ratchet has not passed", () => {
    const changes = recordChanges(undefined, recorded(open(open(), 3)));
    const records = new Map(changes.flatMap(({ name, value }) => (value ? [[name, value] as const] : [])));
    expect(readRecords(4, records).secretTree.ratchets[1]?.application.skipped.size).toBe(2);
    const key = records.get("skipped/1/application/2")!;
    records.delete("skipped/1/application/2");
    records.set("skipped/1/application/4", key);
    expect(() => readRecords(4, records)).toThrow(expect.objectContaining({ code: "bad-state" }));
  });
});
