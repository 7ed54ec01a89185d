import * as api1 from "ts-mls-1";
import * as api2 from "ts-mls-2";
import { describe, expect, test } from "vitest";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { bytes, groupOf } from "../group-of.js";

describe("ts-mls 1.6.4", () => {
  test("does not tell who sent an opened message, nor what it authenticates (RFC 9420 §6.3, §5.3.1)", async () => {
    const [ada, bob] = await groupOf(tsMls1, 2);
    const { privateMessage } = await api1.createApplicationMessage(
      ada!.state,
      bytes("who speaks?"),
      ada!.cipherSuite,
      bytes("aad"),
    );
    const opened = await api1.processPrivateMessage(bob!.state, privateMessage, api1.emptyPskIndex, bob!.cipherSuite);
    expect(Object.keys(opened).sort()).toEqual(["consumed", "kind", "message", "newState"]);
  });

  test("is asynchronous: two seals in flight use one key for two messages (RFC 9420 §9.1)", async () => {
    const [ada, bob] = await groupOf(tsMls1, 2);
    const [first, second] = await Promise.all([ada!.seal(bytes("one")), ada!.seal(bytes("two"))]);
    await bob!.process(first!);
    await expect(bob!.process(second!)).rejects.toThrow("Desired gen in the past");
  });

  test("drops the pre-shared keys given to processMessage for a commit in a PrivateMessage (RFC 9420 §12.4.2)", async () => {
    const [ada, bob] = await groupOf(tsMls1, 2);
    const id = bytes("psk");
    const psks = api1.makePskIndex(bob!.state, { [api1.bytesToBase64(id)]: bytes("secret") });
    const preSharedKeyId = { psktype: "external" as const, pskId: id, pskNonce: new Uint8Array(32) };
    const { commit } = await api1.createCommit(
      { state: ada!.state, cipherSuite: ada!.cipherSuite, pskIndex: psks },
      { extraProposals: [{ proposalType: "psk", psk: { preSharedKeyId } }] },
    );
    if (commit.wireformat !== "mls_private_message") throw new Error("Not a PrivateMessage");
    await expect(api1.processMessage(commit, bob!.state, psks, api1.acceptAll, bob!.cipherSuite)).rejects.toThrow(
      "Could not find pskId",
    );
  });

  test("changes the group's extensions without a path (RFC 9420 §12.4)", async () => {
    const [ada] = await groupOf(tsMls1, 2);
    const { commit } = await api1.createCommit(
      { state: ada!.state, cipherSuite: ada!.cipherSuite },
      {
        wireAsPublicMessage: true,
        extraProposals: [{ proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } }],
      },
    );
    expect(commit).toMatchObject({ publicMessage: { content: { commit: { path: undefined } } } });
  });

  test("numbers X-Wing 84, outside the private range (RFC 9420 §17.1)", () => {
    expect(api1.ciphersuites.MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519).toBe(84);
  });
});

describe("ts-mls 2.0.0-rc.10", () => {
  test("does not tell who sent an opened message (RFC 9420 §6.3, §5.3.1)", async () => {
    const [ada, bob] = await groupOf(tsMls2, 2);
    const { context, state } = bob!;
    const { message } = await api2.createApplicationMessage({
      context: ada!.context,
      state: ada!.state,
      message: bytes("who speaks?"),
    });
    const opened = await api2.processMessage({ context, state, message });
    expect(Object.keys(opened).sort()).toEqual(["aad", "consumed", "kind", "message", "newState"]);
  });

  test("is asynchronous: two seals in flight use one key for two messages (RFC 9420 §9.1)", async () => {
    const [ada, bob] = await groupOf(tsMls2, 2);
    const [first, second] = await Promise.all([ada!.seal(bytes("one")), ada!.seal(bytes("two"))]);
    await bob!.process(first!);
    await expect(bob!.process(second!)).rejects.toThrow("Desired gen in the past");
  });

  test("drops the pre-shared keys given to processMessage for a commit in a PrivateMessage (RFC 9420 §12.4.2)", async () => {
    const [ada, bob] = await groupOf(tsMls2, 2);
    const id = bytes("psk");
    const externalPsks = { [api2.bytesToBase64(id)]: bytes("secret") };
    const preSharedKeyId = { psktype: api2.pskTypes.external, pskId: id, pskNonce: new Uint8Array(32) };
    const { commit } = await api2.createCommit({
      context: { ...ada!.context, externalPsks },
      state: ada!.state,
      extraProposals: [{ proposalType: api2.defaultProposalTypes.psk, psk: { preSharedKeyId } }],
    });
    await expect(
      api2.processMessage({ context: { ...bob!.context, externalPsks }, state: bob!.state, message: commit }),
    ).rejects.toThrow("Could not find pskId");
  });

  test("changes the group's extensions without a path (RFC 9420 §12.4)", async () => {
    const [ada] = await groupOf(tsMls2, 2);
    const { commit } = await api2.createCommit({
      context: ada!.context,
      state: ada!.state,
      wireAsPublicMessage: true,
      extraProposals: [
        {
          proposalType: api2.defaultProposalTypes.group_context_extensions,
          groupContextExtensions: { extensions: [] },
        },
      ],
    });
    expect(commit).toMatchObject({ publicMessage: { content: { commit: { path: undefined } } } });
  });
});
