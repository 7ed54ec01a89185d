import { encodeCbor } from "@redoubt/base";
import {
  type CommitOptions,
  commit,
  extensionType,
  externalSendersExtension,
  type Group,
  type Proposal,
  propose,
  requiredCapabilitiesExtension,
} from "@redoubt/mls";
import { describe, expect, it } from "vitest";
import { redoubtExtension } from "../src/context.js";
import type { GroupPolicy } from "../src/index.js";
import { policyExtension } from "../src/policy.js";
import { type HostileDeed, hostileDeeds, hostileEntry } from "./convergence/hostile.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { lenient } from "./support/kit.js";
import { type Room, roomOf } from "./support/room.js";

/** Alice is the owner, Bob an admin; Mallory is a member, and hostile. */
function withMallory() {
  const { room, devices } = roomOf("alice", "bob", "mallory", "carol");
  const [alice, bob, mallory, carol] = devices as [Device, Device, Device, Device];
  room.say(alice.change({ kind: "edit", edit: { kind: "role", account: bob.account.id, role: "admin" } }));
  return { room, alice, bob, mallory, carol };
}

function groupOf({ state }: Device): Group {
  if (state.group === undefined) throw new Error("no member");
  return state.group;
}

function grouped(room: Room): GroupPolicy {
  const { policy } = room;
  if (policy.kind !== "group") throw new Error("a direct conversation");
  return policy;
}

function rules(by: Device, data: Uint8Array): Proposal {
  const { extensions } = groupOf(by).epoch.context;
  return {
    kind: "group-context-extensions",
    extensions: extensions.map((one) => (one.type === redoubtExtension.policy ? { ...one, data } : one)),
  };
}

const rulesOf = (by: Device, policy: GroupPolicy) => rules(by, policyExtension(policy).data);

describe("a commit by a member that Redoubt does not allow", () => {
  const deeds = hostileDeeds.filter((deed) => deed !== "a path that leaves some behind" && deed !== "a replay");

  it.each(deeds)("is refused by all, and nothing changes: %s", (deed: HostileDeed) => {
    const { room, mallory } = withMallory();
    const others = [0, 1, 3];
    const entry = hostileEntry(deed, mallory, others, room.entries, 1);
    if (entry === undefined) throw new Error("nothing");
    room.expectRefused(entry, /./);
  });

  it("is refused when it changes any of the rules: each by itself", () => {
    const { room, mallory } = withMallory();
    const policy = grouped(room);
    const { id } = mallory.account;
    const changes: Partial<GroupPolicy>[] = [
      { title: "Mallory's" },
      { description: "hers" },
      { avatar: new Uint8Array(1) },
      { disappearing: 1 },
      { receipts: true },
      { typing: true },
      { pinned: [new Uint8Array(32)] },
      { permissions: { ...policy.permissions, add: "member" } },
      { permissions: { ...policy.permissions, remove: "member" } },
      { permissions: { ...policy.permissions, info: "member" } },
      { permissions: { ...policy.permissions, post: "owner" } },
      { permissions: { ...policy.permissions, pin: "member" } },
      { grants: [] },
      { grants: [{ account: id, role: "owner" }] },
      { home: { ...policy.home, moves: 1 } },
      { home: { relay: "https://mallory.example", moves: 0 } },
      { home: { relay: "https://mallory.example", moves: 1 } },
    ];
    for (const change of changes) {
      room.expectRefused(mallory.commitRaw({ proposals: [rulesOf(mallory, { ...policy, ...change })] }));
    }
  });

  it("is refused when an admin does what is for owners, or gives a role away with a removal", () => {
    const { room, bob, carol } = withMallory();
    const policy = grouped(room);
    const grants = [...policy.grants, { account: carol.account.id, role: "admin" } as const].sort((a, b) =>
      Buffer.compare(a.account, b.account),
    );
    room.expectRefused(bob.commitRaw({ proposals: [rulesOf(bob, { ...policy, grants })] }));
    const remove = { kind: "remove", removed: carol.leafIndex } as const;
    room.expectRefused(bob.commitRaw({ proposals: [remove, rulesOf(bob, { ...policy, grants: [] })] }));
  });

  it("is refused when it removes somebody that its committer may not remove, even with the role", () => {
    const { room, alice, bob, mallory, carol } = withMallory();
    const policy = grouped(room);
    const without = (gone: Device, by: Device) => {
      const grants = policy.grants.filter(({ account }) => account.join() !== gone.account.id.join());
      const removal = { kind: "remove", removed: gone.leafIndex } as const;
      return [removal, ...(grants.length === policy.grants.length ? [] : [rulesOf(by, { ...policy, grants })])];
    };
    for (const [by, gone] of [
      [mallory, carol],
      [mallory, bob],
      [mallory, alice],
      [bob, alice],
    ] as const) {
      room.expectRefused(by.commitRaw({ proposals: without(gone, by) }));
    }
    room.say(bob.commitRaw({ proposals: without(mallory, bob) }));
    room.say(alice.commitRaw({ proposals: without(bob, alice) }));
    expect([mallory.isMember, bob.isMember, carol.isMember]).toEqual([false, false, true]);
    room.expectAgreement();
  });

  it("is refused without a path, even when its committer may do what it does", () => {
    const { room, alice } = withMallory();
    const { keyPackage } = (new Account("dave").devices[0] as Device).invite();
    room.expectRefused(alice.commitRaw({ proposals: [{ kind: "add", keyPackage }], path: "when-required" }));
  });

  it("is refused when it leaves a role to somebody who is not there", () => {
    const { room, alice, bob } = withMallory();
    const remove = { kind: "remove", removed: bob.leafIndex } as const;
    room.expectRefused(alice.commitRaw({ proposals: [remove] }));
    const policy = grouped(room);
    const grants = [{ account: new Account("stranger").id, role: "owner" } as const, ...policy.grants].sort((a, b) =>
      Buffer.compare(a.account, b.account),
    );
    room.expectRefused(alice.commitRaw({ proposals: [rulesOf(alice, { ...policy, grants })] }));
  });

  it("is refused when it moves and adds or removes, counts a move twice, or moves in place", () => {
    const { room, alice, carol } = withMallory();
    const policy = grouped(room);
    const moved = (moves: number, relay = "https://other.example") =>
      rulesOf(alice, { ...policy, home: { relay, moves } });
    const remove = { kind: "remove", removed: carol.leafIndex } as const;
    const { keyPackage } = (new Account("dave").devices[0] as Device).invite();
    room.expectRefused(alice.commitRaw({ proposals: [remove, moved(1)] }));
    room.expectRefused(alice.commitRaw({ proposals: [{ kind: "add", keyPackage }, moved(1)] }));
    for (const moves of [0, 2, 7]) room.expectRefused(alice.commitRaw({ proposals: [moved(moves)] }));
  });

  it("is refused when it touches other extensions of the group, even an owner's", () => {
    const { room, alice } = withMallory();
    const { extensions } = groupOf(alice).epoch.context;
    const required = requiredCapabilitiesExtension({ extensions: [], proposals: [], credentials: [] });
    const policy = extensions.filter(({ type }) => type === redoubtExtension.policy);
    const others = extensions.filter(({ type }) => type !== redoubtExtension.policy);
    const sender = { signatureKey: alice.signer.publicKey, credential: alice.identity().credential };
    const lists = [
      [required, ...policy],
      policy,
      others,
      [...policy, ...policy],
      [...others, { type: redoubtExtension.accountChain, data: new Uint8Array(0) }],
      [...extensions, { type: redoubtExtension.accountChain, data: new Uint8Array(0) }],
      [...extensions, externalSendersExtension([sender])],
    ];
    for (const list of lists) {
      const proposals = [{ kind: "group-context-extensions", extensions: list } as const];
      room.expectRefused(alice.commitRaw({ proposals }, { by: lenient }), /./);
    }
    expect(extensions.some(({ type }) => type === extensionType.requiredCapabilities)).toBe(true);
  });

  it("is refused with rules that cannot be read, and with a later version by whoever is no owner", () => {
    const { room, alice, bob, mallory } = withMallory();
    const later = encodeCbor([2, 1, "unheard of"]);
    for (const by of [mallory, bob]) room.expectRefused(by.commitRaw({ proposals: [rules(by, later)] }));
    for (const data of [new Uint8Array(0), Uint8Array.of(0xff), encodeCbor([1, 1, [], []])]) {
      room.expectRefused(alice.commitRaw({ proposals: [rules(alice, data)] }));
    }
  });

  it("of an owner with rules of a later version stops everybody of this one at the same place", () => {
    const { room, alice, bob, mallory, carol } = withMallory();
    const entry = room.append(alice.commitRaw({ proposals: [rules(alice, encodeCbor([2, 1, "unheard of"]))] }));
    for (const member of [alice, bob, mallory, carol]) {
      const [before, position] = [member.image(), member.state.position];
      expect(() => member.take(entry)).toThrow(expect.objectContaining({ code: "unsupported-policy" }));
      expect([member.image(), member.state.position]).toEqual([before, position]);
    }
  });

  it("is refused with a leaf of another branch of its account, or without evidence", () => {
    const { room, mallory } = withMallory();
    const other = (new Account("other").devices[0] as Device).identity();
    const changes: NonNullable<CommitOptions["leaf"]>[] = [
      { extensions: other.leafExtensions },
      { extensions: [] },
      { credential: other.credential },
    ];
    for (const leaf of changes) room.expectRefused(mallory.commitRaw({ leaf }, { by: lenient }), /./);
  });

  it("is refused when it comes from a past epoch, or without a claim of what its sender has seen", () => {
    const { room, alice, mallory } = withMallory();
    const made = commit(mallory.context.mls, groupOf(mallory), { references: [] });
    room.expectRefused(mallory.sealRaw(made.message), "malformed");
    const old = mallory.commitRaw({});
    room.say(alice.change({ kind: "edit", edit: { kind: "info", title: "first" } }));
    room.expectRefused(old, /./);
  });
});

describe("what is no commit", () => {
  it("is ignored: proposals but self-removals, a second self-removal, bytes, replays", () => {
    const { room, mallory } = withMallory();
    const group = groupOf(mallory);
    const { mls } = mallory.context;
    for (const deed of ["a proposal of another kind", "bytes"] as const) {
      room.expectRefused(hostileEntry(deed, mallory, [0, 1], room.entries, 3) as never, /./);
    }
    const claim = new Uint8Array([0x82, 0x00, 0x58, 0x20, ...new Uint8Array(32)]);
    const say = () => propose(mls, group, { kind: "self-remove" }, { authenticatedData: claim });
    const [first, second] = [say(), propose(mls, say().group, { kind: "self-remove" }, { authenticatedData: claim })];
    room.say(mallory.sealRaw(first.message));
    room.expectRefused(mallory.sealRaw(second.message), /./);
    const said = [...room.entries];
    for (const [i] of said.entries()) {
      const replay = hostileEntry("a replay", mallory, [0], said, i);
      if (replay !== undefined) room.expectRefused(replay, /./);
    }
  });
});
