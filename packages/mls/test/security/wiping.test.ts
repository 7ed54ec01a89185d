import { bytesKey, toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  acceptApplication,
  commit,
  discardPendingCommit,
  discardStagedCommit,
  encodeGroup,
  encodePendingCommit,
  type Group,
  mergeCommit,
  openPastMessage,
  type PendingCommit,
  parseMessage,
  proposeUpdate,
  recordChanges,
  stageCommit,
  stageOwnCommit,
  type VerifiedApplication,
  type VerifiedCommit,
  verifyMessage,
} from "../../src/index.js";
import { type RatchetKind, takeKeyAt } from "../../src/protect/secret-tree.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, Member } from "../support/member.js";
import { attackMessage } from "./attack.js";
import { rob, secretsOf } from "./loot.js";
import { at, buildShape, upTo } from "./shapes.js";

const context = testContext(3);
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
/** How many of them are wiped, and how many are not. */
const wiped = (secrets: readonly Uint8Array[]) => secrets.filter(isZero).length;
const alive = (secrets: readonly Uint8Array[]) => secrets.length - wiped(secrets);

/** Everything that would be stored of a state, in one piece to search. */
function stored(group: Group): string {
  const { epoch, records } = encodeGroup(group);
  return [epoch, ...records.values()].map(bytesKey).join("|");
}

/** Secrets that occur in stored bytes. */
function found(needles: readonly Uint8Array[], haystack: string): string[] {
  return needles.filter((needle) => haystack.includes(bytesKey(needle))).map(toHex);
}

function verified<T extends "application" | "commit">(group: Group, bytes: Uint8Array) {
  return verifyMessage(context, group, parseMessage(bytes)) as T extends "commit"
    ? VerifiedCommit
    : VerifiedApplication;
}

describe("after a commit is merged and what it used up is wiped", () => {
  /** Bob merges a commit of another, or his own. */
  function merge(isOwn: boolean) {
    const members = buildShape(context, { leaves: 6, filled: upTo(6) });
    const bob = at(members, 1);
    const committer = isOwn ? bob : at(members, 3);
    const made = commit(context, committer.group, {});
    const before = isOwn ? made.group : bob.group;
    const staged = isOwn
      ? stageOwnCommit(context, before, made.pending)
      : stageCommit(context, before, verified<"commit">(before, made.message));
    const copies = secretsOf(before).map((secret) => secret.slice());
    const merged = mergeCommit(before, staged);
    return { members, bob, made, before, copies, merged, after: merged.group as Group };
  }

  it.each([true, false])("the old epoch's secrets are zero, and those of the past still there (own: %s)", (isOwn) => {
    const { before, merged, after } = merge(isOwn);
    const { senderData, ...spent } = before.epoch.secrets;
    const kept = new Set(after.epoch.nodeKeys.values());
    const dropped = [...before.epoch.nodeKeys.values()].filter((key) => !kept.has(key));
    expect(dropped.length).toBeGreaterThan(0);
    expect(wiped([...Object.values(spent), ...dropped])).toBe(0);
    merged.consumed.wipe();
    expect(alive([...Object.values(spent), ...dropped])).toBe(0);
    expect(isZero(senderData)).toBe(false);
    expect(wiped(secretsOf(after))).toBe(0);
  });

  it.each([true, false])("the new state holds nothing of the old epoch's secrets (own: %s)", (isOwn) => {
    const { before, copies, merged, after } = merge(isOwn);
    const kept = new Set([...after.epoch.nodeKeys.values()].map(toHex));
    const gone = copies.filter((copy) => !kept.has(toHex(copy)));
    expect(gone.length).toBeGreaterThanOrEqual(10);
    expect(found(gone, stored(before)).length).toBe(gone.length);
    merged.consumed.wipe();
    expect(found(gone, stored(after))).toEqual([]);
  });

  it("the new state works, and the past opens what was under way", () => {
    const members = groupOf(context, 4);
    const [alice, bob, carol] = members as [Member, Member, Member];
    const late = carol.seal("late");
    const { message } = alice.commit();
    const [, received] = deliver(members, message);
    if (received?.kind !== "commit") throw new TypeError("no commit");
    expect(openPastMessage(context, received.past, parseMessage(late)).data).toEqual(utf8("late"));
    expect(alice.receive(bob.seal("new"))).toMatchObject({ data: utf8("new") });
    deliver(members, bob.commit().message);
    expect(alice.authenticator).toEqual(carol.authenticator);
  });

  it("the keys of a commit of one's own are those of the new state alone", () => {
    const { made, merged, after } = merge(true);
    const path = made.pending.path as NonNullable<PendingCommit["path"]>;
    const encoded = bytesKey(encodePendingCommit(made.pending));
    expect(found([path.encryptionPrivateKey, path.pathSecret], encoded)).toHaveLength(2);
    merged.consumed.wipe();
    expect([path.encryptionPrivateKey, path.pathSecret].every(isZero)).toBe(true);
    expect(wiped(secretsOf(after))).toBe(0);
  });

  it("the keys of a proposed update, committed or not, are wiped where they waited", () => {
    for (const isCommitted of [true, false]) {
      const [alice, bob, carol] = groupOf(context, 3) as [Member, Member, Member];
      const update = proposeUpdate(context, bob.group);
      bob.group = update.group;
      const [waiting] = [...bob.group.proposals.values()].map(({ ownUpdate }) => ownUpdate?.encryptionPrivateKey);
      alice.receive(update.message);
      deliver([alice, bob], alice.commit(isCommitted ? {} : { references: [] }).message);
      expect(isZero(waiting as Uint8Array)).toBe(true);
      expect(wiped(secretsOf(bob.group))).toBe(0);
      expect(carol.epoch).toBe(1n);
    }
  });

  it("of one who was removed nothing is left but the past", () => {
    const [alice, bob] = groupOf(context, 3) as [Member, Member];
    const { message } = alice.commit({ proposals: [{ kind: "remove", removed: 1 }] });
    const before = bob.group;
    const { senderData, ...spent } = before.epoch.secrets;
    const secrets = [...Object.values(spent), ...before.epoch.nodeKeys.values()];
    bob.receive(message);
    expect(bob.wasRemoved).toBe(true);
    expect(alive(secrets)).toBe(0);
    expect(isZero(senderData)).toBe(false);
  });
});

describe("what is given up", () => {
  it("a pending commit that lost is wiped, the state is not", () => {
    const [alice] = groupOf(context, 2) as [Member];
    const { pending } = commit(context, alice.group, {});
    discardPendingCommit(pending);
    const path = pending.path as NonNullable<PendingCommit["path"]>;
    expect([path.encryptionPrivateKey, path.pathSecret].every(isZero)).toBe(true);
    expect(wiped(secretsOf(alice.group))).toBe(0);
  });

  it("a staged commit that is refused is wiped, the state is not", () => {
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const { message } = alice.commit();
    const staged = stageCommit(context, bob.group, verified<"commit">(bob.group, message));
    const before = stored(bob.group);
    discardStagedCommit(staged);
    expect(() => mergeCommit(bob.group, staged)).toThrow(expect.objectContaining({ code: "stale" }));
    expect(stored(bob.group)).toBe(before);
    expect(bob.receive(message)).toMatchObject({ kind: "commit" });
  });

  it("a key package is wiped by the join that used it", () => {
    const [alice] = groupOf(context, 2) as [Member];
    const carol = new Member(context, "carol");
    const { welcome } = alice.add(carol);
    const [own] = carol.keyPackages;
    carol.join(welcome as Uint8Array);
    expect([own?.initPrivateKey, own?.encryptionPrivateKey].every((key) => key !== undefined && isZero(key))).toBe(
      true,
    );
    expect(wiped(secretsOf(carol.group))).toBe(0);
    expect(isZero(carol.group.epoch.signaturePrivateKey)).toBe(false);
  });
});

describe("forward secrecy within an epoch", () => {
  /** The key of one message, and the ratchet secret that leads to it. */
  function keyOf(group: Group, leafIndex: number, kind: RatchetKind, generation: number): Uint8Array[] {
    const { messageKey, consumed } = takeKeyAt(
      context.suite,
      group.secretTree,
      leafIndex,
      kind,
      generation,
      context.ratchetLimits,
    );
    return [messageKey.key, messageKey.nonce, ...consumed].map((secret) => secret.slice());
  }

  it("the key that opened a message is in no record afterwards, nor what leads to it", () => {
    const [alice, bob] = groupOf(context, 4) as [Member, Member];
    const witness = rob(bob.group).states[0] as Group;
    for (const generation of [0, 1, 2]) {
      const before = bob.group;
      const needles = keyOf(before, 0, "application", generation);
      const message = alice.seal("once");
      const opened = acceptApplication(before, verified<"application">(before, message));
      expect(found(needles, stored(opened.group))).toEqual([]);
      const records = new Map(encodeGroup(before).records);
      for (const { name, value } of recordChanges(before, opened.group)) {
        if (value === undefined) records.delete(name);
        else records.set(name, value);
      }
      expect(found(needles, [...records.values()].map(bytesKey).join("|"))).toEqual([]);
      opened.consumed.wipe();
      bob.group = opened.group;
      // Who sent what stays readable with the epoch's sender data secret (§6.3.2); what was said does not.
      for (const reader of [bob, alice]) {
        const learned = attackMessage(context, rob(reader.group), witness, message);
        expect(new Set(learned)).toEqual(new Set(["who sent it"]));
      }
    }
  });

  it("a skipped key waits in a record of its own, and goes when it is used", () => {
    const [alice, bob] = groupOf(context, 3) as [Member, Member];
    const [first, second] = [alice.seal("1"), alice.seal("2")];
    const needles = keyOf(bob.group, 0, "application", 0).slice(0, 2);
    bob.receive(second);
    expect(found(needles, stored(bob.group))).toHaveLength(2);
    const before = bob.group;
    bob.receive(first);
    expect(found(needles, stored(bob.group))).toEqual([]);
    const skipped = recordChanges(before, bob.group).filter(({ name }) => name.startsWith("skipped/"));
    expect(skipped).toEqual([{ name: "skipped/0/application/0", value: undefined }]);
  });

  it("what seals and opens is wiped in memory too", () => {
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const ratchetSecrets = (group: Group) =>
      group.secretTree.ratchets.flatMap((both) => (both ? [both.application.secret] : []));
    const first = alice.seal("1");
    bob.receive(first);
    const [sending, receiving] = [ratchetSecrets(alice.group)[0], ratchetSecrets(bob.group)[0]];
    bob.receive(alice.seal("2"));
    for (const secret of [sending, receiving]) expect(isZero(secret as Uint8Array)).toBe(true);
    const used = verified<"application">(bob.group, alice.seal("3"));
    const { consumed } = acceptApplication(bob.group, used);
    expect(used.consumed.length).toBe(consumed.size);
    expect(wiped(used.consumed)).toBe(0);
    consumed.wipe();
    expect(alive(used.consumed)).toBe(0);
  });

  it("of a past epoch, too, a message is opened once", () => {
    const members = groupOf(context, 2);
    const [alice, bob] = members as [Member, Member];
    const late = alice.seal("late");
    const [received] = deliver([bob, alice], bob.commit().message);
    if (received?.kind !== "commit") throw new TypeError("no commit");
    const opened = openPastMessage(context, received.past, parseMessage(late));
    opened.consumed.wipe();
    expect(opened.data).toEqual(utf8("late"));
    expect(opened.past.secretTree.ratchets[0]?.application.generation).toBe(1);
    const again = () => openPastMessage(context, received.past, parseMessage(late));
    expect(again).toThrow(expect.objectContaining({ code: "cannot-decrypt" }));
  });
});
