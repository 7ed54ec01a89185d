import { decodeMessage, type KeyPackage } from "@redoubt/mls";
import * as api1 from "ts-mls-1";
import { greaseCapabilities, greaseExtensions } from "ts-mls-1/grease.js";
import * as api2 from "ts-mls-2";
import { describe, expect, test } from "vitest";
import { keyPackageLifetime } from "../../src/key-package-lifetime.js";
import type { PeerClient } from "../../src/peer.js";
import { bytes } from "../group-of.js";
import { type Entrant, MixedGroup } from "./mixed-group.js";
import { peers, us } from "./pairings.js";

/** RFC 9420 §13.5. */
const greaseValues = Array.from({ length: 15 }, (_, i) => 0x0a0a + 0x1010 * i);

function keyPackageOf(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes);
  if (message.kind !== "keyPackage") throw new Error(`Expected a key package, found a ${message.kind}`);
  return message.keyPackage;
}

/** Makes key packages until one has an extension of that type. */
async function keyPackageWith(client: PeerClient, extension: number): Promise<Uint8Array> {
  for (;;) {
    const bytes = await client.createKeyPackage();
    if (keyPackageOf(bytes).extensions.some(({ type }) => type === extension)) return bytes;
  }
}

describe.each(peers)("$name", (them) => {
  test("adds and follows members of ours with every GREASE value (RFC 9420 §13.5)", async () => {
    const mixed = await MixedGroup.of(1, them, us);
    const add: Entrant[] = [];
    for (const value of greaseValues) {
      const { client, ...entrant } = await mixed.entrant(us);
      const keyPackage = await keyPackageWith(client, value);
      const { leafNode } = keyPackageOf(keyPackage);
      expect(leafNode.extensions.map(({ type }) => type)).toEqual([value]);
      for (const list of ["cipherSuites", "extensions", "proposals", "credentials"] as const) {
        expect(
          leafNode.capabilities[list].some((type) => greaseValues.includes(type)),
          list,
        ).toBe(true);
      }
      add.push({ ...entrant, client, add: { kind: "add", keyPackage } });
    }
    const joined = await mixed.commit(mixed.at(0), { add });
    await mixed.say(joined[14]!, "greased");
    expect(mixed.at(0).group.members).toHaveLength(17);
  });

  test("joins by our group infos with GREASE in them: welcomed and by itself (RFC 9420 §13.5)", async () => {
    const mixed = await MixedGroup.of(1, us, them);
    for (let i = 0; i < 2; i++) {
      await mixed.admit(mixed.at(0), them);
      const info = decodeMessage(await mixed.at(0).group.exportGroupInfo());
      const types = info.kind === "groupInfo" ? info.groupInfo.extensions.map(({ type }) => type) : [];
      expect(types.some((type) => greaseValues.includes(type))).toBe(true);
      await mixed.joinExternally(them, mixed.at(0));
    }
    await mixed.say(mixed.at(5), "greased");
  });
});

const all = { probabilityPerGreaseValue: 1 };

describe("ts-mls 1.6.4", () => {
  test("is added by us with every GREASE value in its key package, and welcomes us with them (RFC 9420 §13.5)", async () => {
    const suite = await api1.getCiphersuiteImpl(
      api1.getCiphersuiteFromName("MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"),
    );
    const own = await api1.generateKeyPackage(
      { credentialType: "basic", identity: bytes("greased") },
      greaseCapabilities(all, api1.defaultCapabilities()),
      keyPackageLifetime(),
      greaseExtensions(all),
      suite,
      greaseExtensions(all),
    );
    const message = { version: "mls10", wireformat: "mls_key_package", keyPackage: own.publicPackage } as const;
    await expectAdded(api1.encodeMlsMessage(message));

    const state = await api1.createGroup(bytes("group"), own.publicPackage, own.privatePackage, [], suite);
    const client = await us.createClient({ suite: 1, identity: "welcomed" });
    const decoded = api1.decodeMlsMessage(await client.createKeyPackage(), 0)?.[0];
    if (decoded?.wireformat !== "mls_key_package") throw new Error("Not a key package");
    const { newState, welcome } = await api1.createCommit(
      { state, cipherSuite: suite },
      {
        extraProposals: [{ proposalType: "add", add: { keyPackage: decoded.keyPackage } }],
        ratchetTreeExtension: true,
        groupInfoExtensions: greaseExtensions(all),
      },
    );
    const bytesOfWelcome = api1.encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome: welcome! });
    const joined = await client.join(bytesOfWelcome);
    expect(joined.epochAuthenticator).toEqual(newState.keySchedule.epochAuthenticator);
  });
});

describe("ts-mls 2.0.0-rc.10", () => {
  test("is added by us with every GREASE value in its key package, and welcomes us with them (RFC 9420 §13.5)", async () => {
    const cipherSuite = await api2.defaultCryptoProvider.getCiphersuiteImpl(1);
    const context = { cipherSuite, authService: api2.unsafeTestingAuthenticationService };
    const own = await api2.generateKeyPackage({
      credential: { credentialType: api2.defaultCredentialTypes.basic, identity: bytes("greased") },
      capabilities: api2.greaseCapabilities(all, api2.defaultCapabilities()),
      lifetime: keyPackageLifetime(),
      extensions: api2.greaseExtensions(all),
      cipherSuite,
      leafNodeExtensions: api2.greaseExtensions(all),
    });
    const version = api2.protocolVersions.mls10;
    const wireformat = api2.wireformats.mls_key_package;
    await expectAdded(api2.encode(api2.mlsMessageEncoder, { version, wireformat, keyPackage: own.publicPackage }));

    const state = await api2.createGroup({
      context,
      groupId: bytes("group"),
      keyPackage: own.publicPackage,
      privateKeyPackage: own.privatePackage,
    });
    const client = await us.createClient({ suite: 1, identity: "welcomed" });
    const decoded = api2.decode(api2.mlsMessageDecoder, await client.createKeyPackage());
    if (decoded?.wireformat !== wireformat) throw new Error("Not a key package");
    const { newState, welcome } = await api2.createCommit({
      context,
      state,
      extraProposals: [{ proposalType: api2.defaultProposalTypes.add, add: { keyPackage: decoded.keyPackage } }],
      ratchetTreeExtension: true,
      groupInfoExtensions: api2.greaseExtensions(all),
    });
    const joined = await client.join(api2.encode(api2.mlsMessageEncoder, welcome!));
    expect(joined.epochAuthenticator).toEqual(newState.keySchedule.epochAuthenticator);
  });
});

/** We add the client, and another of us follows. */
async function expectAdded(keyPackage: Uint8Array): Promise<void> {
  const { leafNode, extensions } = keyPackageOf(keyPackage);
  expect(leafNode.extensions.map(({ type }) => type)).toEqual(greaseValues);
  expect(extensions.map(({ type }) => type)).toEqual(greaseValues);
  const mixed = await MixedGroup.of(1, us, us);
  const adding = await mixed.at(0).group.commit([{ kind: "add", keyPackage }]);
  await mixed.at(1).group.process(adding.message);
  expect(mixed.at(1).group.members.map(({ identity }) => identity)).toEqual(["m0", "m1", "greased"]);
}
