import { type CborValue, encodeCbor } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { lastDay } from "../src/day.js";
import { type EntryBody, encodeEntry } from "../src/entry.js";
import {
  type AccountState,
  chainBytesForRecovery,
  type DeviceClaim,
  extendChain,
  maxChainBytes,
  maxEntryBytes,
  type Signer,
  verifyChain,
} from "../src/index.js";
import { codeOf } from "./code-of.js";
import { hashing, numberedSigner } from "./node-hashing.js";
import {
  adding,
  changed,
  devicesChange,
  newPerson,
  numberedDevice,
  numberedRecovery,
  revoking,
  type TestDevice,
} from "./people.js";

const recovery = numberedRecovery(0);
const sorted = Array.from({ length: 12 }, (_, n) => numberedDevice(n)).toSorted((a, b) => {
  return Buffer.compare(a.claim.sigKey, b.claim.sigKey);
});
const [low, high, third] = sorted as [TestDevice, TestDevice, TestDevice];
const { account, entries } = newPerson([low, high]);
const claims = sorted.map(({ claim }) => claim);

/** The next entry as an honest maker would state it, but for `changes`. */
function forge(changes: Partial<EntryBody>, signer: Signer = recovery, from: AccountState = account): Uint8Array {
  const honest: EntryBody = {
    type: "devices",
    seq: from.seq + 1,
    prev: from.head,
    username: from.username,
    devices: from.devices,
    recovery: from.recovery,
    day: from.day,
    target: null,
  };
  return encodeEntry({ ...honest, ...changes }, signer.publicKey, signer.sign);
}

const extending = (entry: Uint8Array, from = account) => codeOf(() => extendChain(hashing, from, entry));
const beginning = (changes: Partial<EntryBody>, signer = recovery) => {
  const entry = forge({ type: "genesis", seq: 0, prev: null, ...changes }, signer);
  return codeOf(() => verifyChain(hashing, [entry]));
};

it("the honest forms are taken", () => {
  expect(extending(forge({}))).toBeUndefined();
  expect(extending(forge({}, low.signer))).toBeUndefined();
  expect(beginning({})).toBeUndefined();
  expect(extending(forge({ day: lastDay }))).toBeUndefined();
  expect(extending(forge({ type: "move", target: "https://relay.example" }))).toBeUndefined();
  expect(extending(forge({ type: "tombstone", devices: [] }))).toBeUndefined();
  expect(extending(forge({ devices: claims.slice(0, 10) }))).toBeUndefined();
});

describe("an entry after the genesis is refused", () => {
  const proofOfAnother = {
    ...claims[2],
    proof: third.signer.sign(Buffer.from("something else")),
  } as DeviceClaim;
  const sameInbox = numberedDevice(2);
  const { inboxId, proof } = third.claim;
  it.each<[string, Partial<EntryBody>, string]>([
    ["that is a second genesis", { type: "genesis" }, "misplaced-genesis"],
    ["that is the genesis again", { type: "genesis", seq: 0, prev: null }, "misplaced-genesis"],
    ["that skips a number", { seq: 2 }, "wrong-seq"],
    ["that repeats a number", { seq: 0 }, "wrong-seq"],
    ["that follows another entry", { prev: hashing.sha256(account.head) }, "wrong-prev"],
    ["that follows nothing", { prev: null }, "wrong-prev"],
    ["with another user name", { username: "mallory" }, "username-changed"],
    ["of an earlier day", { day: account.day - 1 }, "day-went-back"],
    ["of a day after the year 9999", { day: lastDay + 1 }, "malformed"],
    ["without devices", { devices: [] }, "no-device"],
    ["with eleven devices", { devices: claims.slice(0, 11) }, "too-many-devices"],
    ["with a device twice", { devices: [claims[0], claims[0]] as DeviceClaim[] }, "duplicate-device"],
    ["with devices out of order", { devices: [claims[1], claims[0]] as DeviceClaim[] }, "devices-unsorted"],
    ["with a proof of something else", { devices: [proofOfAnother] }, "device-not-proved"],
    [
      "with the proof of another inbox",
      { devices: [{ ...sameInbox.claim, inboxId: low.claim.inboxId }] },
      "device-not-proved",
    ],
    ["that gives a device of the chain another inbox", { devices: [{ ...low.claim, inboxId }] }, "device-not-proved"],
    ["that gives a device of the chain another proof", { devices: [{ ...low.claim, proof }] }, "device-not-proved"],
    ["with a device of another name", { devices: [numberedDevice(3, "mallory").claim] }, "device-not-proved"],
    ["with another recovery key", { recovery: numberedRecovery(1).publicKey }, "recovery-changed"],
    ["that changes no recovery key", { type: "recovery" }, "recovery-not-changed"],
    [
      "that moves and changes the recovery key",
      moving({ recovery: numberedRecovery(1).publicKey }),
      "recovery-changed",
    ],
    ["that moves nowhere", moving({ target: null }), "bad-target"],
    ["that moves to no origin", moving({ target: "relay.example/path" }), "bad-target"],
    ["that names a target and is no move", { target: "https://relay.example" }, "bad-target"],
    ["that ends the account and keeps a device", { type: "tombstone" }, "too-many-devices"],
  ])("%s", (_name, changes, code) => {
    expect(extending(forge(changes))).toBe(code);
  });

  function moving(changes: Partial<EntryBody>): Partial<EntryBody> {
    return { type: "move", target: "https://relay.example", ...changes };
  }

  it("with two devices that share an inbox", () => {
    const shared = low.claim.inboxId;
    const devices = sorted.slice(0, 2).map(({ signer, claim }) => {
      const proof = signer.sign(Buffer.concat([Buffer.from("redoubt/device/v1"), encodeCbor(["alice", shared])]));
      return { sigKey: claim.sigKey, inboxId: shared, proof };
    });
    expect(extending(forge({ devices }))).toBe("duplicate-device");
    expect(extending(forge({ devices: devices.slice(1) }))).toBeUndefined();
  });

  it("with the recovery key as a device", () => {
    const { inboxId } = low.claim;
    const proof = recovery.sign(Buffer.concat([Buffer.from("redoubt/device/v1"), encodeCbor(["alice", inboxId])]));
    const devices = [{ sigKey: recovery.publicKey, inboxId, proof }];
    expect(extending(forge({ devices }))).toBe("duplicate-device");
  });

  it("with two devices of one id", () => {
    const truncated = { ...hashing, sha256: (bytes: Uint8Array) => hashing.sha256(bytes).fill(0, 0, 16) };
    expect(codeOf(() => verifyChain(truncated, entries))).toBe("duplicate-device");
  });
});

describe("a signer is refused", () => {
  const stranger = numberedSigner("stranger", 0);

  it("who is no device of the entry before", () => {
    expect(extending(forge({}, stranger))).toBe("signer-not-allowed");
    expect(extending(forge({ devices: claims.slice(0, 3) }, third.signer))).toBe("signer-not-allowed");
  });

  it.each<[string, Partial<EntryBody>]>([
    ["the recovery key", { type: "recovery", recovery: numberedRecovery(1).publicKey }],
    ["the relay", { type: "move", target: "https://relay.example" }],
    ["the end", { type: "tombstone", devices: [] }],
  ])("who is a device and decides on %s", (_name, changes) => {
    expect(extending(forge(changes, low.signer))).toBe("signer-not-allowed");
    expect(extending(forge(changes))).toBeUndefined();
  });

  it("who was revoked", () => {
    const after = changed({ account, entries }, devicesChange(revoking(low)), high.signer).account;
    expect(extending(forge({}, low.signer, after), after)).toBe("signer-not-allowed");
  });

  it("who states one key and signs by another", () => {
    expect(extending(forge({}, { publicKey: recovery.publicKey, sign: stranger.sign }))).toBe("bad-signature");
    expect(extending(forge({}, { publicKey: low.claim.sigKey, sign: high.signer.sign }))).toBe("bad-signature");
  });

  it("who signs without the domain", () => {
    const undomained = (message: Uint8Array) => recovery.sign(message.subarray("redoubt/entry/v1".length));
    expect(extending(forge({}, { publicKey: recovery.publicKey, sign: undomained }))).toBe("bad-signature");
  });
});

it("nothing follows a tombstone", () => {
  const ended = changed({ account, entries }, { kind: "tombstone" }, recovery).account;
  expect(extending(forge({ devices: claims.slice(0, 1) }, recovery, ended), ended)).toBe("tombstoned");
  expect(extending(forge({ type: "tombstone" }, recovery, ended), ended)).toBe("tombstoned");
});

it("after a move the chain goes on, at the new relay", () => {
  const target = "https://relay.example";
  const moved = changed({ account, entries }, { kind: "move", target, intents: [] }, recovery);
  const later = changed(moved, devicesChange(adding(third)), low.signer).account;
  expect(later).toMatchObject({ state: "moved", target, seq: 2 });
});

describe("a genesis is refused", () => {
  it.each<[string, Partial<EntryBody>, string]>([
    ["that is of another type", { type: "devices" }, "misplaced-genesis"],
    ["with a number", { seq: 1 }, "wrong-seq"],
    ["that follows something", { prev: account.head }, "wrong-prev"],
    ["with no user name", { username: "" }, "bad-username"],
    ["with a user name of capitals", { username: "Alice" }, "bad-username"],
    ["without devices", { devices: [] }, "no-device"],
    ["with a target", { target: "https://relay.example" }, "bad-target"],
    ["with devices of another name", { username: "mallory" }, "device-not-proved"],
    ["with a recovery key that did not sign", { recovery: numberedRecovery(1).publicKey }, "signer-not-allowed"],
  ])("%s", (_name, changes, code) => {
    expect(beginning(changes)).toBe(code);
  });

  it("by a device", () => {
    expect(beginning({}, low.signer)).toBe("signer-not-allowed");
  });
});

describe("the form is held to", () => {
  const signedBody = (bytes: Uint8Array) => encodeCbor([bytes, recovery.publicKey, new Uint8Array(64)]);
  const devices = claims.slice(0, 2).map(({ sigKey, inboxId, proof }) => [sigKey, inboxId, proof]);
  const fields: CborValue[] = [1, 1, 1, account.head, "alice", devices, recovery.publicKey, 20_000, null];

  it("no chain is without entries", () => {
    expect(codeOf(() => verifyChain(hashing, []))).toBe("empty-chain");
  });

  it("the fields that are right, with a wrong signature, get as far as the signature", () => {
    expect(extending(signedBody(encodeCbor(fields)))).toBe("bad-signature");
  });

  it("an entry of another version is told from a malformed one", () => {
    expect(extending(signedBody(encodeCbor([2, "something new"])))).toBe("unknown-version");
    expect(extending(signedBody(encodeCbor(fields.with(0, 0))))).toBe("unknown-version");
  });

  it.each<[string, number, CborValue]>([
    ["a type that is unknown", 1, 5],
    ["a type below 0", 1, -1],
    ["a type that is text", 1, "devices"],
    ["a number below 0", 2, -1],
    ["a hash that is short", 3, new Uint8Array(31)],
    ["a hash that is text", 3, "x".repeat(32)],
    ["a name that is bytes", 4, new Uint8Array(5)],
    ["devices that are no array", 5, null],
    ["a device of two fields", 5, [devices[0]?.slice(0, 2) ?? null]],
    ["a device with a long inbox", 5, [[claims[0]?.sigKey ?? null, new Uint8Array(17), new Uint8Array(64)]]],
    ["a recovery key that is long", 6, new Uint8Array(33)],
    ["a day below 0", 7, -1],
    ["a target that is bytes", 8, new Uint8Array(1)],
  ])("%s is malformed", (_name, index, value) => {
    expect(extending(signedBody(encodeCbor(fields.with(index, value))))).toBe("malformed");
  });

  it("fields more or fewer are malformed", () => {
    expect(extending(signedBody(encodeCbor([...fields, null])))).toBe("malformed");
    expect(extending(signedBody(encodeCbor(fields.slice(0, -1))))).toBe("malformed");
    expect(extending(signedBody(encodeCbor([])))).toBe("unknown-version");
    expect(extending(encodeCbor([encodeCbor(fields), recovery.publicKey]))).toBe("malformed");
    expect(extending(encodeCbor([fields, recovery.publicKey, new Uint8Array(64)]))).toBe("malformed");
  });

  it("another encoding of the same entry is malformed", () => {
    const entry = forge({});
    // The array's head, 0x83, in its longer form.
    const longer = Uint8Array.of(0x98, 3, ...entry.subarray(1));
    expect(extending(longer)).toBe("malformed");
    expect(extending(Uint8Array.of(...entry, 0))).toBe("malformed");
  });

  it("an entry is at most 2,048 bytes, however well formed", () => {
    const target = `https://${"a".repeat(maxEntryBytes)}`;
    expect(extending(forge({ type: "move", target }))).toBe("entry-too-large");
  });

  it("ten devices, a long name and a long target have room", () => {
    const username = "a".repeat(32);
    const person = newPerson(
      Array.from({ length: 10 }, (_, n) => numberedDevice(n, username)),
      username,
    );
    const target = `https://${"a".repeat(247)}`;
    const moved = changed(person, { kind: "move", target, intents: [] }, recovery);
    expect(moved.entries.at(-1)?.length).toBeLessThanOrEqual(maxEntryBytes);
  });
});

describe("a chain's room", () => {
  const nearlyFull = { ...account, size: maxChainBytes - chainBytesForRecovery - forge({}).length };

  it("ends earlier for devices than for the recovery key", () => {
    expect(extending(forge({}, low.signer), nearlyFull)).toBeUndefined();
    const full = { ...nearlyFull, size: nearlyFull.size + 1 };
    expect(extending(forge({}, low.signer), full)).toBe("chain-too-long");
    expect(extending(forge({}), full)).toBeUndefined();
  });

  it("ends for the recovery key too", () => {
    const full = { ...account, size: maxChainBytes - forge({}).length + 1 };
    expect(extending(forge({}), full)).toBe("chain-too-long");
  });

  it("is looked at before anything else of a chain", () => {
    const many = Array.from({ length: maxChainBytes / 1_024 + 1 }, () => new Uint8Array(1_024));
    expect(codeOf(() => verifyChain(hashing, many))).toBe("chain-too-long");
  });

  it("has place for 50 changes of an account with three devices", () => {
    let person = newPerson([low, high, third]);
    for (let n = 0; n < 50; n++) {
      const [leaving, coming] = [sorted[3 + (n % 2)], sorted[3 + ((n + 1) % 2)]] as [TestDevice, TestDevice];
      person = changed(person, devicesChange(revoking(leaving), adding(coming)), low.signer);
    }
    expect(verifyChain(hashing, person.entries).seq).toBe(50);
  });
});
