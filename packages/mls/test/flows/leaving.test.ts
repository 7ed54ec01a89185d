import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { propose, proposeUpdate } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, Member } from "../support/member.js";

const context = testContext(3);
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("self-removal (draft-ietf-mls-extensions)", () => {
  it("is proposed by the one who leaves and committed by another", () => {
    const members = groupOf(context, 4);
    const [alice, bob, carol, dan] = members as [Member, Member, Member, Member];
    const leaving = propose(context, bob.group, { kind: "self-remove" });
    bob.group = leaving.group;
    deliver([alice, carol, dan], leaving.message);
    expect(() => carol.seal("too early")).toThrow(code("pending-proposals"));
    expect(() => bob.commit({ references: [leaving.reference] })).toThrow(code("invalid-proposal-list"));
    const [received] = deliver([alice, carol, dan, bob], dan.commit().message);
    expect(received).toMatchObject({ kind: "commit", staged: { removed: [{ leafIndex: 1 }] } });
    expect(bob.wasRemoved).toBe(true);
    expect(toHex(alice.authenticator)).toBe(toHex(carol.authenticator));
  });

  it("cannot be forged by value, nor committed twice for one leaf", () => {
    const [alice, bob, carol] = groupOf(context, 3) as [Member, Member, Member];
    expect(() => alice.commit({ proposals: [{ kind: "self-remove" }] })).toThrow(code("invalid-proposal"));
    const leaving = propose(context, bob.group, { kind: "self-remove" });
    const again = propose(context, leaving.group, { kind: "self-remove" });
    for (const { message } of [leaving, again]) deliver([alice, carol], message);
    const both = [leaving.reference, again.reference];
    expect(() => alice.commit({ references: both })).toThrow(code("invalid-proposal-list"));
    const committed = alice.commit();
    deliver([alice, carol], committed.message);
    expect(alice.group.epoch.tree.leaf(1)).toBeUndefined();
  });

  it("needs all who stay to know it", () => {
    const old = { ...context, supported: { ...context.supported, proposals: [] } };
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const carol = new Member(old, "carol");
    const { message, welcome } = alice.add(carol);
    deliver([alice, bob], message);
    carol.join(welcome as Uint8Array);
    const leaving = propose(context, bob.group, { kind: "self-remove" });
    alice.receive(leaving.message);
    expect(() => alice.commit({ references: [leaving.reference] })).toThrow(code("invalid-proposal-list"));
  });
});

describe("own updates (RFC 9420 §12.1.2)", () => {
  it("take effect when another commits them, a new signature key included", () => {
    const members = groupOf(context, 3);
    const [alice, bob, carol] = members as [Member, Member, Member];
    const signatureKeys = context.suite.generateSignatureKeyPair();
    const before = bob.group.epoch.tree.leaf(1)?.encryptionKey;
    const keys = { privateKey: signatureKeys.privateKey as never, publicKey: signatureKeys.publicKey };
    const update = proposeUpdate(context, bob.group, { signatureKeys: keys });
    bob.group = update.group;
    deliver([alice, carol], update.message);
    expect(() => bob.commit({ references: [update.reference] })).toThrow(code("invalid-proposal-list"));
    deliver(members, carol.commit().message);
    expect(bob.group.epoch.tree.leaf(1)?.encryptionKey).not.toEqual(before);
    expect(bob.group.epoch.tree.leaf(1)?.signatureKey).toEqual(signatureKeys.publicKey);
    const sealed = bob.seal("with the new key");
    expect(alice.receive(sealed)).toMatchObject({ kind: "application", leafIndex: 1 });
    deliver(members, bob.commit().message);
    expect(new Set(members.map((member) => toHex(member.authenticator))).size).toBe(1);
  });
});
