import { describe, expect, test } from "vitest";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { addAll, bytes, createClients, groupOf } from "../group-of.js";
import { deriveSecret, epochAuthenticatorOf, openPathSecret, provisionalContext, updatePathOf } from "./rfc-by-hand.js";

describe("ts-mls 2.0.0-rc.10", () => {
  test("a removal without a path lets the removed member read on (RFC 9420 §12.4)", async () => {
    const [ada, bob, cyd] = await groupOf(tsMls2, 3);
    const removal = await ada!.commit([{ kind: "remove", leaf: bob!.ownLeaf }]);
    await removal.merge();
    await cyd!.process(removal.message);
    expect(updatePathOf(removal.message)).toBeUndefined();
    expect(ada!.members.map((member) => member.leaf)).toEqual([0, 2]);

    await bob!.process(removal.message);
    expect(bob!.epochAuthenticator).toEqual(ada!.epochAuthenticator);

    const opened = await bob!.process(await cyd!.seal(bytes("Bob is gone")));
    expect(opened).toMatchObject({ kind: "application", data: bytes("Bob is gone") });

    // Nor does it end there: the next removal has no path either.
    const next = await ada!.commit([{ kind: "remove", leaf: cyd!.ownLeaf }]);
    await next.merge();
    await bob!.process(next.message);
    expect(bob!.epochAuthenticator).toEqual(ada!.epochAuthenticator);
  });

  test("a removal that also adds encrypts the path to the removed member (RFC 9420 §7.5, §12.4.1)", async () => {
    const [ada, bob, , dan] = await groupOf(tsMls2, 4);
    const [eve] = await createClients(tsMls2, 1);
    const before = bob!.state;
    const commit = await ada!.commit([
      { kind: "remove", leaf: 1 },
      { kind: "remove", leaf: 2 },
      { kind: "add", keyPackage: await eve!.createKeyPackage() },
    ]);
    await commit.merge();
    await dan!.process(commit.message);
    expect(dan!.epochAuthenticator).toEqual(ada!.epochAuthenticator);

    // Eve took Bob's leaf. Being new she gets her secret in the welcome: nothing may be sealed to that leaf.
    expect(ada!.members.map((member) => member.leaf)).toEqual([0, 1, 3]);
    expect(updatePathOf(commit.message)?.nodes[0]?.encryptedPathSecret).toHaveLength(1);

    // Bob, with what he held when he was removed and what is public, computes the next epoch.
    const after = ada!.state.groupContext;
    const lowestPathSecret = await openPathSecret({
      commitMessage: commit.message,
      node: 0,
      ciphertext: 0,
      privateKey: before.privatePath.privateKeys[2]!,
      context: provisionalContext(before.groupContext, after),
    });
    const commitSecret = deriveSecret(deriveSecret(lowestPathSecret, "path"), "path");
    const { initSecret } = before.keySchedule;
    expect(epochAuthenticatorOf({ initSecret, commitSecret, context: after })).toEqual(ada!.epochAuthenticator);
  });

  test("an add that does not take a removed member's leaf cannot be committed together with two removals (RFC 9420 §12.3)", async () => {
    const [ada] = await groupOf(tsMls2, 4);
    await (await ada!.commit([{ kind: "remove", leaf: 1 }])).merge();
    const [eve] = await createClients(tsMls2, 1);
    const keyPackage = await eve!.createKeyPackage();
    const removals = [2, 3].map((leaf) => ({ kind: "remove" as const, leaf }));
    await expect(ada!.commit([...removals, { kind: "add", keyPackage }])).rejects.toThrow(TypeError);
  });

  test("a member removed by a commit with a path is not told and stays where it was (RFC 9420 §12.4.2)", async () => {
    const [ada, bob] = await groupOf(tsMls2, 4);
    const removal = await ada!.commit([1, 2].map((leaf) => ({ kind: "remove", leaf })));
    await expect(bob!.process(removal.message)).rejects.toThrow("No overlap");
    expect(bob!.state.groupActiveState.kind).toBe("active");
    await expect(bob!.seal(bytes("to nobody"))).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe("ts-mls 1.6.4", () => {
  test("is right where the later version is wrong: a removal has a path, and seals nothing to a new leaf", async () => {
    const [ada, bob] = await groupOf(tsMls1, 3);
    const [dan] = await createClients(tsMls1, 1);
    const keyPackage = await dan!.createKeyPackage();
    const replacing = await ada!.fork().commit([
      { kind: "remove", leaf: 1 },
      { kind: "add", keyPackage },
    ]);
    expect(updatePathOf(replacing.message)?.nodes[0]?.encryptedPathSecret).toHaveLength(0);

    const removal = await ada!.commit([{ kind: "remove", leaf: 1 }]);
    await bob!.process(removal.message);
    expect(bob!.state.groupActiveState.kind).toBe("removedFromGroup");
  });

  test("refuses the removal without a path that 2.0.0-rc.10 makes (RFC 9420 §12.4)", async () => {
    const [ada] = await groupOf(tsMls2, 2);
    const [cyd] = await createClients(tsMls1, 1);
    const [cyds] = await addAll(ada!, [cyd!]);
    const removal = await ada!.commit([{ kind: "remove", leaf: 1 }]);
    await expect(cyds!.process(removal.message)).rejects.toThrow("Update path is required");
  });

  test("a removed member whose leaf is given away in the same commit is not told (RFC 9420 §12.4.2)", async () => {
    const [ada, bob] = await groupOf(tsMls1, 3);
    const [dan] = await createClients(tsMls1, 1);
    const keyPackage = await dan!.createKeyPackage();
    const replacing = await ada!.commit([
      { kind: "remove", leaf: 1 },
      { kind: "add", keyPackage },
    ]);
    await expect(bob!.process(replacing.message)).rejects.toThrow("No overlap");
    expect(bob!.state.groupActiveState.kind).toBe("active");
  });
});
