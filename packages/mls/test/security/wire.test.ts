import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { commit, type Framing, type MlsErrorCode, openPastMessage, parseMessage, propose } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, type Member } from "../support/member.js";
import { forgePrivate, forgePublic } from "./hostile.js";
import { expectRefused, refusalOf, snapshot } from "./refused.js";

const context = testContext(3);

/** One message of each kind and framing that Alice sends, none delivered. */
function messages(alice: Member): { name: string; bytes: Uint8Array }[] {
  const framings: Framing[] = ["public", "private"];
  return [
    {
      name: "private application",
      bytes: forgePrivate(context, alice.group, { kind: "application", data: utf8("hi") }),
    },
    ...framings.flatMap((framing) => [
      {
        name: `${framing} proposal`,
        bytes: propose(context, alice.group, { kind: "remove", removed: 3 }, { framing }).message,
      },
      { name: `${framing} commit`, bytes: commit(context, alice.group, { framing }).message },
    ]),
  ];
}

const kinds = messages(groupOf(context, 4)[0] as Member).map(({ name }) => name);

describe.each(kinds)("a %s", (name) => {
  const [alice, bob] = groupOf(context, 4) as [Member, Member];
  const { bytes } = messages(alice).find((message) => message.name === name) as { bytes: Uint8Array };
  const untouched = snapshot(bob.group);
  const isPrivate = name.startsWith("private");

  it("with any byte changed is refused, and the state stays", { timeout: 60_000 }, () => {
    const codes = new Set<MlsErrorCode | undefined>();
    for (let i = 0; i < bytes.length; i++) {
      const masks = bytes.length < 400 ? [1, 2, 4, 8, 16, 32, 64, 128] : [1 << (i % 8), 0xff];
      for (const mask of masks) {
        const changed = bytes.slice();
        changed[i] = (changed[i] as number) ^ mask;
        codes.add(refusalOf(bob, changed));
      }
    }
    const always: MlsErrorCode[] = ["malformed", "unsupported", "wrong-group", "wrong-epoch"];
    const possible = isPrivate ? [...always, "cannot-decrypt"] : [...always, "bad-mac", "own-message"];
    expect([...codes].filter((code) => code === undefined || !possible.includes(code))).toEqual([]);
    expect(codes).toContain(isPrivate ? "cannot-decrypt" : "bad-mac");
    expect(snapshot(bob.group)).toBe(untouched);
  });

  it("cut off anywhere or drawn out is malformed", () => {
    const cut = Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length));
    const longer = [Uint8Array.of(...bytes, 0), Uint8Array.of(...bytes, ...bytes)];
    for (const wrong of [...cut, ...longer]) expect(refusalOf(bob, wrong)).toBe("malformed");
    expect(snapshot(bob.group)).toBe(untouched);
  });

  it("with a length prefix that is not minimal is malformed", () => {
    // The group id's length is the first one: 5 in one byte, then in two and in four.
    expect(bytes.subarray(4, 10)).toEqual(Uint8Array.of(5, ...utf8("group")));
    for (const prefix of [
      [0x40, 5],
      [0x80, 0, 0, 5],
    ]) {
      const changed = Uint8Array.of(...bytes.subarray(0, 4), ...prefix, ...bytes.subarray(5));
      expect(refusalOf(bob, changed)).toBe("malformed");
    }
  });

  it("is refused by a group of the same name, by the next epoch and by an outsider's state", () => {
    const [, other] = groupOf(context, 4) as [Member, Member];
    expectRefused([other], bytes, isPrivate ? "cannot-decrypt" : "bad-mac");
    const [, elsewhere] = groupOf(context, 4, utf8("elsewhere")) as [Member, Member];
    expectRefused([elsewhere], bytes, "wrong-group");
    const next = groupOf(context, 4);
    const old = messages(next[0] as Member).find((message) => message.name === name) as { bytes: Uint8Array };
    deliver(next, (next[2] as Member).commit().message);
    expectRefused(next, old.bytes, "wrong-epoch");
  });

  it("is not taken by the one who sent it", () => {
    expectRefused([alice], bytes, "own-message");
  });
});

describe("a replay", () => {
  it("of a private message is refused, also after later ones and after skipped ones", () => {
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const [first, second, third] = [1, 2, 3].map((i) => alice.seal(`${i}`)) as [Uint8Array, Uint8Array, Uint8Array];
    bob.receive(third);
    expectRefused([bob], third, "key-consumed");
    bob.receive(first);
    expectRefused([bob], first, "key-consumed");
    bob.receive(second);
    for (const message of [first, second, third]) expectRefused([bob], message, "key-consumed");
  });

  it("of a private proposal is refused; of a public one it changes nothing", () => {
    const [alice, bob] = groupOf(context, 3) as [Member, Member];
    for (const framing of ["private", "public"] as const) {
      const sent = propose(context, alice.group, { kind: "remove", removed: 2 }, { framing });
      alice.group = sent.group;
      bob.receive(sent.message);
      if (framing === "private") {
        expectRefused([bob], sent.message, "key-consumed");
        continue;
      }
      const before = snapshot(bob.group);
      bob.receive(sent.message);
      expect(snapshot(bob.group)).toBe(before);
    }
    expect(bob.group.proposals.size).toBe(2);
  });

  it("of a commit, or of a message of a past epoch, is refused", () => {
    const members = groupOf(context, 3);
    const [alice, bob, carol] = members as [Member, Member, Member];
    const late = carol.seal("late");
    const { message } = alice.commit();
    alice.receive(message);
    const received = bob.receive(message);
    if (received.kind !== "commit") throw new TypeError("no commit");
    expectRefused([alice, bob], message, "wrong-epoch");
    expectRefused([bob], late, "wrong-epoch");
    const opened = openPastMessage(context, received.past, parseMessage(late));
    expect(opened.data).toEqual(utf8("late"));
    const again = () => openPastMessage(context, opened.past, parseMessage(late));
    expect(again).toThrow(expect.objectContaining({ code: "key-consumed" }));
    const replayed = () => openPastMessage(context, received.past, parseMessage(message));
    expect(replayed).toThrow(expect.objectContaining({ code: "wrong-epoch" }));
  });
});

describe("an insider's message", () => {
  const [alice, bob, carol] = groupOf(context, 3) as [Member, Member, Member];
  const asBob = { kind: "member", leafIndex: 1 } as const;
  const remove = { kind: "proposal", proposal: { kind: "remove", removed: 0 } } as const;
  const says = { kind: "application", data: utf8("I am Bob") } as const;

  it("in another's name is refused for its signature", () => {
    expectRefused([carol], forgePublic(context, alice.group, remove, { sender: asBob }), "bad-signature");
    expectRefused([carol], forgePrivate(context, alice.group, remove, { sender: asBob }), "bad-signature");
    expectRefused([carol], forgePrivate(context, alice.group, says, { sender: asBob }), "bad-signature");
    expectRefused([bob], forgePrivate(context, alice.group, says, { sender: asBob }), "own-message");
    expect(refusalOf(carol, bob.seal("I am Bob too"))).toBeUndefined();
  });

  it("in the name of a blank leaf, or of one beyond the tree, is refused", () => {
    const blank = { kind: "member", leafIndex: 3 } as const;
    const beyond = { kind: "member", leafIndex: 2 ** 31 } as const;
    expectRefused([bob, carol], forgePublic(context, alice.group, remove, { sender: blank }), "not-a-member");
    expectRefused([bob, carol], forgePublic(context, alice.group, remove, { sender: beyond }), "not-a-member");
    expectRefused([bob, carol], forgePrivate(context, alice.group, says, { sender: blank }), "not-a-member");
  });

  it("as one from outside is refused", () => {
    const external = { kind: "external", senderIndex: 0 } as const;
    const joiner = { kind: "new-member-proposal" } as const;
    expectRefused([bob], forgePublic(context, alice.group, remove, { sender: external }), "wrong-sender");
    expectRefused([bob], forgePublic(context, alice.group, remove, { sender: joiner }), "wrong-sender");
    const committing = { kind: "new-member-commit" } as const;
    expectRefused([bob], forgePublic(context, alice.group, remove, { sender: committing }), "wrong-sender");
    const bare = { kind: "commit", commit: { proposals: [], path: undefined } } as const;
    expectRefused([bob], forgePublic(context, alice.group, bare, { sender: committing }), "path-required");
  });

  it("that carries text in the clear is refused", () => {
    expectRefused([bob], forgePublic(context, alice.group, says), "malformed");
  });

  it("with another membership tag, or none, is refused", () => {
    const wrong = new Uint8Array(context.suite.hashLength);
    expectRefused([bob], forgePublic(context, alice.group, remove, { membershipTag: wrong }), "bad-mac");
    expectRefused([bob], forgePublic(context, alice.group, remove, { membershipTag: new Uint8Array(0) }), "bad-mac");
    expectRefused([bob], forgePublic(context, alice.group, remove, { membershipTag: undefined }), "malformed");
  });

  it("of a generation too far ahead costs nothing and is refused", () => {
    for (const generation of [1025 + 5, 2 ** 31, 2 ** 32 - 2]) {
      expectRefused([bob], forgePrivate(context, alice.group, says, { generation }), "too-far-ahead");
    }
  });

  it("of a generation that its key is not for is refused", () => {
    expectRefused([bob], forgePrivate(context, alice.group, says, { generation: 900 }), "cannot-decrypt");
  });
});
