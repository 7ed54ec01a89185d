import { utf8 } from "@redoubt/base";
import { createCipherSuite } from "@redoubt/crypto";
import { createNodeProvider } from "@redoubt/crypto/node";
import {
  acceptApplication,
  type ClientIdentity,
  commit,
  createGroup,
  defaultRatchetLimits,
  encodeGroup,
  encodePastEpoch,
  type Group,
  generateKeyPackage,
  joinGroup,
  type MlsContext,
  mergeCommit,
  openPastMessage,
  type PastEpoch,
  parseMessage,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "@redoubt/mls";
import { beforeEach, describe, expect, it } from "vitest";
import type { SqlDriver } from "../src/driver.js";
import { openStore, type Store } from "../src/index.js";
import { codeOf } from "./driver-contract.js";
import { openDriver } from "./open-home.js";
import { conversationRow, idOf } from "./samples.js";

const suite = createCipherSuite(3, await createNodeProvider());
const context: MlsContext = {
  suite,
  authentication: { refuse: () => undefined, clientId: (leaf) => String(leaf.signatureKey), isSuccessor: () => true },
  supported: { extensions: [], proposals: [], credentials: [1] },
  psk: () => undefined,
  ratchetLimits: defaultRatchetLimits,
  maxMembers: 100,
  maxLifetime: 2n ** 64n,
};
const lifetime = { notBefore: 0n, notAfter: 2n ** 62n };
const conversation = idOf(1);

function identity(name: string): ClientIdentity {
  return {
    credential: { type: 1, identity: utf8(name) },
    signatureKeys: suite.generateSignatureKeyPair(),
  };
}

/** A group of two, each with a state. */
function twoMembers(): { alice: Group; bob: Group } {
  const own = generateKeyPackage(context, identity("bob"), { lifetime });
  const founded = createGroup(context, identity("alice"), { groupId: conversation, lifetime });
  const made = commit(context, founded, { proposals: [{ kind: "add", keyPackage: own.keyPackage }] });
  const alice = mergeCommit(made.group, stageOwnCommit(context, made.group, made.pending)).group as Group;
  return { alice, bob: joinGroup(context, made.welcome as Uint8Array, [own]).group };
}

/** Alice commits: both states after it, and the epoch of bob's that ended. */
function nextEpoch(members: { alice: Group; bob: Group }): { alice: Group; bob: Group; past: PastEpoch } {
  const made = commit(context, members.alice);
  const alice = mergeCommit(made.group, stageOwnCommit(context, made.group, made.pending)).group as Group;
  const verified = verifyMessage(context, members.bob, parseMessage(made.message));
  if (verified.kind !== "commit") throw new Error("not a commit");
  const merged = mergeCommit(members.bob, stageCommit(context, members.bob, verified));
  return { alice, bob: merged.group as Group, past: merged.past };
}

function receive(group: Group, message: Uint8Array): Group {
  const verified = verifyMessage(context, group, parseMessage(message));
  if (verified.kind !== "application") throw new Error("not an application message");
  return acceptApplication(group, verified).group;
}

let driver: SqlDriver;
let store: Store;
beforeEach(() => {
  driver = openDriver();
  store = openStore(driver);
  store.conversations.insert(conversationRow({ id: conversation }));
});

const written = (work: () => void): number => {
  const total = () => driver.get("SELECT total_changes() AS n")?.["n"] as number;
  const before = total();
  work();
  return total() - before;
};
const pastEpochs = () =>
  driver.all("SELECT epoch FROM mls_epochs WHERE is_past = 1 ORDER BY epoch").map((row) => row["epoch"]);
const recordEpochs = () =>
  driver.all("SELECT DISTINCT epoch FROM mls_records ORDER BY epoch").map((row) => row["epoch"]);

describe("a stored group", () => {
  it("is the same group when it is loaded", () => {
    expect(store.groups.load(conversation)).toBeUndefined();
    const { bob } = twoMembers();
    store.groups.save(conversation, undefined, bob);
    expect(encodeGroup(store.groups.load(conversation) as Group)).toEqual(encodeGroup(bob));
  });

  it("follows its messages, skipped ones too, by writing what changed", () => {
    const { alice, bob } = twoMembers();
    store.groups.save(conversation, undefined, bob);
    let [sender, receiver] = [alice, bob];
    const messages = Array.from({ length: 4 }, (_, i) => {
      const sealed = seal(context, sender, utf8(`message ${i}`));
      sender = sealed.group;
      return sealed.message;
    });
    for (const at of [0, 3, 1, 2]) {
      const after = receive(receiver, messages[at] as Uint8Array);
      const before = receiver;
      expect(written(() => store.groups.save(conversation, before, after))).toBeLessThanOrEqual(4);
      receiver = after;
      expect(encodeGroup(store.groups.load(conversation) as Group)).toEqual(encodeGroup(after));
    }
    // The keys of messages that were skipped and have come are gone.
    expect(driver.get("SELECT count(*) AS n FROM mls_records WHERE hex(name) LIKE '736B6970706564%'")).toEqual({
      n: 0,
    });
    // What was stored goes on where the member does.
    const loaded = store.groups.load(conversation) as Group;
    const next = seal(context, sender, utf8("next")).message;
    expect(encodeGroup(receive(loaded, next))).toEqual(encodeGroup(receive(receiver, next)));
  });

  it("writes nothing where nothing changed", () => {
    const { bob } = twoMembers();
    store.groups.save(conversation, undefined, bob);
    expect(written(() => store.groups.save(conversation, bob, bob))).toBe(0);
  });

  it("is not begun twice, nor without its conversation, nor saved into another epoch", () => {
    const members = twoMembers();
    store.groups.save(conversation, undefined, members.bob);
    expect(codeOf(() => store.groups.save(conversation, undefined, members.bob))).toBe("constraint");
    expect(codeOf(() => store.groups.save(idOf(9), undefined, members.bob))).toBe("constraint");
    const next = nextEpoch(members);
    expect(codeOf(() => store.groups.save(conversation, members.bob, next.bob))).toBe("misuse");
  });

  it("is gone with everything of it when it is deleted, or its conversation", () => {
    const members = twoMembers();
    const next = nextEpoch(members);
    for (const remove of [() => store.groups.delete(conversation), () => store.conversations.delete(conversation)]) {
      store.groups.save(conversation, undefined, members.bob);
      store.groups.endEpoch(conversation, next.past, next.bob);
      remove();
      expect(store.groups.load(conversation)).toBeUndefined();
      expect([pastEpochs(), recordEpochs()]).toEqual([[], []]);
    }
  });
});

describe("an epoch that ends", () => {
  it("stays as a past one, for the newest five", () => {
    let members: { alice: Group; bob: Group } = twoMembers();
    store.groups.save(conversation, undefined, members.bob);
    const first = Number(members.bob.epoch.context.epoch);
    for (let i = 0; i < 7; i++) {
      const next = nextEpoch(members);
      store.transaction(() => store.groups.endEpoch(conversation, next.past, next.bob));
      members = next;
      const past = store.groups.loadPast(conversation, next.past.epoch) as PastEpoch;
      expect(encodePastEpoch(past)).toEqual(encodePastEpoch(next.past));
      expect(encodeGroup(store.groups.load(conversation) as Group)).toEqual(encodeGroup(next.bob));
    }
    expect(pastEpochs()).toEqual([2, 3, 4, 5, 6].map((i) => first + i));
    expect(recordEpochs()).toEqual([2, 3, 4, 5, 6, 7].map((i) => first + i));
    expect(store.groups.loadPast(conversation, BigInt(first))).toBeUndefined();
    expect(store.groups.loadPast(conversation, 2n ** 63n)).toBeUndefined();
  });

  it("opens what was under way, once, also after it was stored", () => {
    const members = twoMembers();
    store.groups.save(conversation, undefined, members.bob);
    const late = seal(context, members.alice, utf8("late"));
    const next = nextEpoch({ alice: late.group, bob: members.bob });
    store.groups.endEpoch(conversation, next.past, next.bob);
    const past = store.groups.loadPast(conversation, next.past.epoch) as PastEpoch;
    const opened = openPastMessage(context, past, parseMessage(late.message));
    expect(opened.data).toEqual(utf8("late"));
    store.groups.savePast(conversation, past, opened.past);
    const again = store.groups.loadPast(conversation, next.past.epoch) as PastEpoch;
    expect(() => openPastMessage(context, again, parseMessage(late.message))).toThrow("key was used before");
  });

  it("must be the stored one, and a past one is saved only while it is kept", () => {
    const members = twoMembers();
    const next = nextEpoch(members);
    expect(codeOf(() => store.groups.endEpoch(conversation, next.past, next.bob))).toBe("misuse");
    store.groups.save(conversation, undefined, next.bob);
    expect(codeOf(() => store.groups.endEpoch(conversation, next.past, next.bob))).toBe("misuse");
    expect(codeOf(() => store.groups.savePast(conversation, next.past, next.past))).toBe("misuse");
  });

  it("leaves no state when it was our last", () => {
    const members = twoMembers();
    store.groups.save(conversation, undefined, members.bob);
    store.groups.endEpoch(conversation, nextEpoch(members).past, undefined);
    expect(store.groups.load(conversation)).toBeUndefined();
    expect(pastEpochs()).toHaveLength(1);
  });
});
