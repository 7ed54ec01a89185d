import * as api1 from "ts-mls-1";
import * as api2 from "ts-mls-2";
import { describe, expect, test } from "vitest";
import { keyPackageLifetime } from "../../src/key-package-lifetime.js";
import type { PeerGroup } from "../../src/peer.js";
import { TsMls1Group, tsMls1 } from "../../src/ts-mls-1.js";
import { TsMls2Group, tsMls2 } from "../../src/ts-mls-2.js";
import { bytes } from "../group-of.js";
import { MixedGroup, type Seat } from "./mixed-group.js";
import { peers, us } from "./pairings.js";

/** We refuse the message with that code, and are where we were. */
async function expectRefusal({ group }: Seat, message: Uint8Array, code: string): Promise<void> {
  const { epoch, epochAuthenticator } = group;
  await expect(group.process(message)).rejects.toMatchObject({ code });
  expect(group.epoch).toBe(epoch);
  expect(group.epochAuthenticator).toEqual(epochAuthenticator);
}

describe("ts-mls 2.0.0-rc.10", () => {
  test.each(["public", "private"] as const)(
    "commits a removal without a path (%s): we refuse it (RFC 9420 §12.4)",
    async (wire) => {
      const mixed = await MixedGroup.of(1, tsMls2, us, us);
      const draft = await mixed.draft(mixed.at(0), { remove: [mixed.at(2)], wire });
      await expectRefusal(mixed.at(1), draft.message, "path-required");
      await expectRefusal(mixed.at(2), draft.message, "path-required");
      await mixed.sayAll();
    },
  );

  test("commits a removal that we proposed without a path: we refuse it (RFC 9420 §12.4)", async () => {
    const mixed = await MixedGroup.of(1, us, tsMls2, us);
    await mixed.propose(mixed.at(0), mixed.at(2));
    const draft = await mixed.draft(mixed.at(1));
    await expectRefusal(mixed.at(0), draft.message, "path-required");
    await mixed.commit(mixed.at(0));
    await mixed.sayAll();
  });

  test("seals the path to a removed member whose leaf is given away: we refuse it (RFC 9420 §7.5, §12.4.1)", async () => {
    const mixed = await MixedGroup.of(1, tsMls2, us, us, us);
    const plan = { remove: [mixed.at(1), mixed.at(2)], add: [await mixed.entrant(us)] };
    const draft = await mixed.draft(mixed.at(0), plan);
    await expectRefusal(mixed.at(3), draft.message, "invalid-path");
    // A commit of ours does the same, and everyone follows.
    await mixed.commit(mixed.at(3), plan);
    await mixed.sayAll();
  });

  test("commits one Update of ours without a path: we refuse it (RFC 9420 §12.4)", async () => {
    const mixed = await MixedGroup.of(1, tsMls2, us, us);
    await mixed.proposeUpdate(mixed.at(1));
    const draft = await mixed.draft(mixed.at(0));
    for (const position of [1, 2]) await expectRefusal(mixed.at(position), draft.message, "path-required");
  });

  test("commits two Updates of ours with a path sealed to the old keys: we refuse it (RFC 9420 §12.4.1)", async () => {
    const mixed = await MixedGroup.of(1, tsMls2, us, us, us);
    await mixed.proposeUpdate(mixed.at(1));
    await mixed.proposeUpdate(mixed.at(2));
    const draft = await mixed.draft(mixed.at(0));
    for (const position of [1, 2]) await expectRefusal(mixed.at(position), draft.message, "invalid-path");
  });

  test("is right to make a commit where the root stays blank: we follow (RFC 9420 §7.4)", async () => {
    const mixed = await MixedGroup.of(1, us, us, tsMls2, us);
    await mixed.commit(mixed.at(2), { remove: [mixed.at(0), mixed.at(1)] });
    expect(mixed.at(1).peer).toBe(us);
    await mixed.sayAll();
  });
});

describe("ts-mls 1.6.4", () => {
  test("derives another secret where the root stays blank: we refuse the commit (RFC 9420 §7.4, §12.4.1)", async () => {
    const mixed = await MixedGroup.of(1, us, us, tsMls1, us);
    const draft = await mixed.draft(mixed.at(2), { remove: [mixed.at(0), mixed.at(1)] });
    await expectRefusal(mixed.at(3), draft.message, "bad-mac");
  });

  test("numbers X-Wing 84: we do not add such a client to suite 0xF00E (RFC 9420 §17.1, §10.1)", async () => {
    const mixed = await MixedGroup.of(0xf00e, us);
    const suite = api1.getCiphersuiteFromName("MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519");
    const { publicPackage } = await api1.generateKeyPackage(
      { credentialType: "basic", identity: bytes("84") },
      api1.defaultCapabilities(),
      keyPackageLifetime(),
      [],
      await api1.getCiphersuiteImpl(suite),
    );
    const keyPackage = api1.encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: publicPackage,
    });
    const adding = mixed.at(0).group.commit([{ kind: "add", keyPackage }]);
    await expect(adding).rejects.toMatchObject({ code: "invalid-key-package" });
  });
});

describe.each(peers)("$name", (them) => {
  test("does not follow our commit where the root stays blank: we do (RFC 9420 §7.4, §12.4.2)", async () => {
    const mixed = await MixedGroup.of(1, us, us, us, us, us, us, them);
    const [ours, others, theirs] = mixed.seats.slice(4) as [Seat, Seat, Seat];
    const draft = await mixed.draft(ours, { remove: mixed.seats.slice(0, 4) });
    await expect(theirs.group.process(draft.message)).rejects.toThrow("Could not verify confirmation tag");
    await others.group.process(draft.message);
    expect(others.group.epochAuthenticator).toEqual(draft.after.epochAuthenticator);
  });

  test("refuses a welcome where an unmerged leaf is merged further up: we join (RFC 9420 §12.4.3.1)", async () => {
    // The path of leaf 4 fills the node above leaves 4 to 7; leaf 7 comes after it, with a path of leaf 0.
    const mixed = await MixedGroup.of(1, us, them, us, us, us, us, us);
    await mixed.commit(mixed.at(4));
    const [ours, theirs] = [await mixed.entrant(us), await mixed.entrant(them)];
    const draft = await mixed.draft(mixed.at(0), { add: [ours, theirs] });
    await expect(theirs.client.join(draft.welcome!)).rejects.toThrow(
      "non-blank intermediate node must list leaf node in its unmerged_leaves",
    );
    const joined = await ours.client.join(draft.welcome!);
    expect(joined.epochAuthenticator).toEqual(draft.after.epochAuthenticator);
  });

  test("changes the group's extensions without a path: we refuse it (RFC 9420 §12.4)", async () => {
    const mixed = await MixedGroup.of(1, them, us);
    await expectRefusal(mixed.at(1), await commitOfNoExtensions(mixed.at(0).group), "path-required");
  });

  test("writes external_senders as one sender: we refuse the proposal (RFC 9420 §12.1.8.1)", async () => {
    const mixed = await MixedGroup.of(1, them, us);
    await expectRefusal(mixed.at(1), await proposalOfExternalSender(mixed.at(0).group), "malformed");
  });

  test("writes external_pub without its length: we do not join by it (RFC 9420 §12.4.3.2)", async () => {
    const mixed = await MixedGroup.of(1, them);
    const client = await us.createClient({ suite: 1, identity: "joiner" });
    const join = client.joinExternally(await bareExternalPub(mixed.at(0).group));
    // A key that happens to read as a vector is one of the wrong length.
    const code = expect.stringMatching(/^(malformed|invalid-group-info)$/);
    await expect(join).rejects.toMatchObject({ code });
  });
});

async function commitOfNoExtensions(group: PeerGroup): Promise<Uint8Array> {
  if (group instanceof TsMls1Group) {
    const { commit } = await api1.createCommit(
      { state: group.state, cipherSuite: group.cipherSuite },
      { extraProposals: [{ proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } }] },
    );
    return api1.encodeMlsMessage(commit);
  }
  const { context, state } = asTsMls2(group);
  const proposalType = api2.defaultProposalTypes.group_context_extensions;
  const { commit } = await api2.createCommit({
    context,
    state,
    extraProposals: [{ proposalType, groupContextExtensions: { extensions: [] } }],
  });
  return api2.encode(api2.mlsMessageEncoder, commit);
}

async function proposalOfExternalSender(group: PeerGroup): Promise<Uint8Array> {
  // Read as the list that should be there, the key begins with a length that no vector has.
  const signaturePublicKey = new Uint8Array(32).fill(0xff);
  const identity = bytes("relay");
  if (group instanceof TsMls1Group) {
    const extensionData = api1.encodeExternalSender({
      signaturePublicKey,
      credential: { credentialType: "basic", identity },
    });
    const extensions = [{ extensionType: "external_senders" as const, extensionData }];
    const proposal = { proposalType: "group_context_extensions" as const, groupContextExtensions: { extensions } };
    return api1.encodeMlsMessage((await api1.createProposal(group.state, true, proposal, group.cipherSuite)).message);
  }
  const { context, state } = asTsMls2(group);
  const credential = { credentialType: api2.defaultCredentialTypes.basic, identity };
  const { message } = await api2.createProposal({
    context,
    state,
    wireAsPublicMessage: true,
    proposal: {
      proposalType: api2.defaultProposalTypes.group_context_extensions,
      groupContextExtensions: {
        extensions: [
          {
            extensionType: api2.defaultExtensionTypes.external_senders,
            extensionData: { signaturePublicKey, credential },
          },
        ],
      },
    },
  });
  return api2.encode(api2.mlsMessageEncoder, message);
}

/** A group info as the peer makes it, without what its driver mends. */
async function bareExternalPub(group: PeerGroup): Promise<Uint8Array> {
  if (group instanceof TsMls1Group) {
    const groupInfo = await api1.createGroupInfoWithExternalPubAndRatchetTree(group.state, [], group.cipherSuite);
    return api1.encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
  }
  const { cipherSuite, state } = asTsMls2(group);
  const groupInfo = await api2.createGroupInfoWithExternalPubAndRatchetTree(state, [], cipherSuite);
  return api2.encode(api2.mlsMessageEncoder, {
    version: api2.protocolVersions.mls10,
    wireformat: api2.wireformats.mls_group_info,
    groupInfo,
  });
}

function asTsMls2(group: PeerGroup): TsMls2Group {
  if (!(group instanceof TsMls2Group)) throw new TypeError("Not a group of ts-mls 2.0.0-rc.10");
  return group;
}
