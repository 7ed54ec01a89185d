import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeGroup,
  decodePastEpoch,
  decodePendingCommit,
  encodeGroup,
  encodePastEpoch,
  encodePendingCommit,
  MlsError,
  type PastEpoch,
  proposeUpdate,
  type StoredGroup,
} from "../../src/index.js";
import { imageOf } from "../properties/client.js";
import { testContext } from "../support/context.js";
import type { Member } from "../support/member.js";
import { runs, runsTimeout } from "../support/runs.js";
import { busyGroup } from "./corpus.js";
import { type Mutation, mutate, mutations, sampleOf } from "./mutation.js";

const context = testContext(3);
const { members } = busyGroup(context);
const [alice, bob, carol] = members as [Member, Member, Member];

/** A state with every kind of record: nodes, ratchets, skipped keys, proposals of others and one of our own. */
function fullState(): StoredGroup {
  bob.seal("skipped");
  alice.receive(bob.seal("heard"));
  const update = proposeUpdate(context, carol.group, {}, { framing: "public" });
  alice.receive(update.message);
  alice.group = proposeUpdate(context, alice.group, {
    signatureKeys: context.suite.generateSignatureKeyPair() as never,
  }).group;
  return encodeGroup(alice.group);
}

function pastEpoch(): PastEpoch {
  dan.receive(bob.seal("heard"));
  const received = dan.receive(bob.commit({ references: [] }).message);
  if (received.kind !== "commit") throw new Error(received.kind);
  return received.past;
}

const dan = members[3]!;
const groupState = fullState();
const pending = { bytes: encodePendingCommit(bobPending()), records: [] };
const past = encodePastEpoch(pastEpoch());

function bobPending() {
  bob.commit();
  return bob.pending!;
}

type Recode = (stored: StoredGroup) => StoredGroup;

const kinds: { readonly name: string; readonly stored: StoredGroup; readonly recode: Recode }[] = [
  { name: "group", stored: groupState, recode: (stored) => encodeGroup(decodeGroup(stored)) },
  { name: "past epoch", stored: past, recode: (stored) => encodePastEpoch(decodePastEpoch(stored)) },
  {
    name: "pending commit",
    stored: { epoch: pending.bytes, records: new Map() },
    recode: ({ epoch }) => ({ epoch: encodePendingCommit(decodePendingCommit(epoch)), records: new Map() }),
  },
];

/** Damages one value of a stored state: the epoch, or one record. Which has `index` of them. */
function damage(stored: StoredGroup, index: number, list: readonly Mutation[], recode: Recode): StoredGroup {
  const names = [...stored.records.keys()];
  const which = index % (2 * names.length + 1);
  const name = names[Math.floor((which - 1) / 2)];
  // Half of the damage goes to the epoch: it is larger by far.
  if (which % 2 === 0 || name === undefined) {
    const sample = sampleOf(stored.epoch, (epoch) => recode({ ...stored, epoch }));
    return { ...stored, epoch: mutate(sample, list, stored.epoch) };
  }
  const value = stored.records.get(name)!;
  const sample = sampleOf(value, (bytes) => recode({ ...stored, records: new Map(stored.records).set(name, bytes) }));
  return { ...stored, records: new Map(stored.records).set(name, mutate(sample, list, stored.epoch)) };
}

/** @returns whether it decoded */
function feed(recode: Recode, stored: StoredGroup): boolean {
  let again: StoredGroup;
  try {
    again = recode(stored);
  } catch (error) {
    if (!(error instanceof MlsError) || !["bad-state", "malformed"].includes(error.code)) throw error;
    return false;
  }
  if (imageOf(again) !== imageOf(stored)) throw new Error("it encodes to something else");
  return true;
}

describe.each(kinds)("a stored $name", ({ stored, recode }) => {
  it("is read back", () => {
    expect(feed(recode, stored)).toBe(true);
  });

  it(
    "that was damaged is refused, or read as what it says",
    () => {
      const count = runs(1_500, 60_000);
      let decoded = 0;
      fc.assert(
        fc.property(fc.nat(), mutations, (index, list) => {
          if (feed(recode, damage(stored, index, list, recode))) decoded++;
        }),
        { numRuns: count },
      );
      expect(decoded / count).toBeGreaterThan(0.05);
    },
    runsTimeout,
  );

  it("refuses to be read from random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (epoch) => {
        feed(recode, { ...stored, epoch });
        for (const version of [[1], [0, 1]]) feed(recode, { ...stored, epoch: Uint8Array.of(...version, ...epoch) });
      }),
      { numRuns: runs(500, 20_000) },
    );
    expect(feed(recode, stored)).toBe(true);
  });
});

describe("records of a stored group", () => {
  const names = [...groupState.records.keys()];

  it("are of every kind", () => {
    const what = new Set(names.map((name) => name.split("/")[0]));
    expect([...what].sort()).toEqual(["node", "proposal", "ratchet", "skipped"]);
  });

  it(
    "are refused under names that are not theirs",
    () => {
      const anyName = fc.oneof(
        fc.constantFrom(...names),
        fc.string(),
        fc
          .tuple(
            fc.constantFrom("node", "ratchet", "skipped", "proposal"),
            fc.constantFrom("-1", "1.5", "0", "01", "1e1", "", "NaN", "4294967296", "x", "63"),
            fc.constantFrom("", "/handshake/0", "/application/0", "/handshake/x", "/other/1", "/application/-1", "/00"),
          )
          .map(([what, index, rest]) => `${what}/${index}${rest}`),
      );
      fc.assert(
        fc.property(anyName, fc.constantFrom(...names), (name, from) => {
          const records = new Map(groupState.records);
          const value = records.get(from)!;
          records.delete(from);
          feed(kinds[0]!.recode, { ...groupState, records: records.set(name, value) });
        }),
        { numRuns: runs(2_000, 50_000) },
      );
      expect(feed(kinds[0]!.recode, groupState)).toBe(true);
    },
    runsTimeout,
  );
});
