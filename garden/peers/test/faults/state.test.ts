import * as api1 from "ts-mls-1";
import * as api2 from "ts-mls-2";
import { describe, expect, test } from "vitest";
import type { Peer, PeerGroup } from "../../src/peer.js";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { addAll, bytes, createClients, groupOf } from "../group-of.js";

const members = 50;

const retainNone = { ...api2.defaultKeyRetentionConfig, retainKeysForEpochs: 0 };
const otherDefaults2 = {
  lifetimeConfig: api2.defaultLifetimeConfig,
  keyPackageEqualityConfig: api2.defaultKeyPackageEqualityConfig,
  paddingConfig: api2.defaultPaddingConfig,
};

/** A member of a group of `members`, after four more epochs, and one message it has not opened. */
async function settledMember<G extends PeerGroup>(peer: Peer<G>): Promise<{ member: G; message: Uint8Array }> {
  const [ada, bob, ...others] = await createClients(peer, members);
  const group = await ada!.createGroup(bytes("group"));
  const keyPackages = await Promise.all(others.map((client) => client.createKeyPackage()));
  await (await group.commit(keyPackages.map((keyPackage) => ({ kind: "add", keyPackage })))).merge();
  const [member] = await addAll(group, [bob!]);
  for (let epoch = 0; epoch < 4; epoch++) {
    const update = await group.commit();
    await update.merge();
    await member!.process(update.message);
  }
  return { member: member!, message: await group.seal(bytes("hello")) };
}

describe("ts-mls 2.0.0-rc.10", () => {
  test("the part of the state that a message changes holds four whole ratchet trees", async () => {
    const { member, message } = await settledMember(tsMls2);
    const before = api2.encode(api2.groupStateEncoder, member.state);
    await member.process(message);
    const after = api2.encode(api2.groupStateEncoder, member.state);
    const whole = api2.encode(api2.clientStateEncoder, member.state);
    const tree = whole.length - after.length;
    expect(after).not.toEqual(before);
    expect(tree / members).toBeGreaterThan(150);
    expect(after.length).toBeGreaterThan(4 * tree);
  });

  test("told to keep no past epoch, keeps the keys of every one (RFC 9420 §9.2)", async () => {
    const [ada] = await groupOf(tsMls2, 2);
    const context = { ...ada!.context, clientConfig: { ...otherDefaults2, keyRetentionConfig: retainNone } };
    let state = ada!.state;
    for (let epoch = 1; epoch < 9; epoch++) state = (await api2.createCommit({ context, state })).newState;
    expect([...state.historicalReceiverData.keys()]).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  });
});

describe("ts-mls 1.6.4", () => {
  test("the only encoding of the state is of all of it: five ratchet trees and every ratchet of five epochs", async () => {
    const { member, message } = await settledMember(tsMls1);
    const before = api1.encodeGroupState(member.state);
    await member.process(message);
    const after = api1.encodeGroupState(member.state);
    expect(after).not.toEqual(before);
    expect(after.length / members).toBeGreaterThan(5 * 350);
  });

  test("told to keep no past epoch, keeps the keys of every one (RFC 9420 §9.2)", async () => {
    const [ada] = await groupOf(tsMls1, 2);
    const { cipherSuite } = ada!;
    const clientConfig = { ...ada!.state.clientConfig, keyRetentionConfig: retainNone };
    let state: api1.ClientState = { ...ada!.state, clientConfig };
    for (let epoch = 1; epoch < 9; epoch++) state = (await api1.createCommit({ state, cipherSuite })).newState;
    expect([...state.historicalReceiverData.keys()]).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  });
});
