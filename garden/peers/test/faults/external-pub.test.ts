import * as api1 from "ts-mls-1";
import * as api2 from "ts-mls-2";
import { describe, expect, test } from "vitest";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { groupOf } from "../group-of.js";

describe("ts-mls 1.6.4", () => {
  test("writes the key of external_pub without its length (RFC 9420 §12.4.3.2)", async () => {
    const [ada] = await groupOf(tsMls1, 2);
    const { extensions } = await api1.createGroupInfoWithExternalPub(ada!.state, [], ada!.cipherSuite);
    expect(extensions.map(({ extensionType }) => extensionType)).toEqual(["external_pub"]);
    expect(extensions[0]?.extensionData).toHaveLength(32);
  });

  test("cannot join by an external_pub that is written as the RFC says (RFC 9420 §12.4.3.2)", async () => {
    const [ada] = await groupOf(tsMls1, 2);
    const decoded = api1.decodeMlsMessage(await ada!.exportGroupInfo(), 0)?.[0];
    if (decoded?.wireformat !== "mls_group_info") throw new Error("Not a group info");
    const { groupInfo } = decoded;
    const externalPub = groupInfo.extensions.find(({ extensionType }) => extensionType === "external_pub");
    expect(externalPub?.extensionData).toHaveLength(33);
    const { publicPackage, privatePackage } = await api1.generateKeyPackage(
      { credentialType: "basic", identity: new Uint8Array(1) },
      api1.defaultCapabilities(),
      api1.defaultLifetime,
      [],
      ada!.cipherSuite,
    );
    const join = api1.joinGroupExternal(groupInfo, publicPackage, privatePackage, false, ada!.cipherSuite);
    await expect(join).rejects.toThrow("Invalid public key");
  });
});

describe("ts-mls 2.0.0-rc.10", () => {
  test("writes the key of external_pub without its length (RFC 9420 §12.4.3.2)", async () => {
    const [ada] = await groupOf(tsMls2, 2);
    const { extensions } = await api2.createGroupInfoWithExternalPub(ada!.state, [], ada!.cipherSuite);
    expect(extensions.map(({ extensionType }) => extensionType)).toEqual([api2.defaultExtensionTypes.external_pub]);
    expect(extensions[0]?.extensionData).toHaveLength(32);
  });

  test("cannot join by an external_pub that is written as the RFC says (RFC 9420 §12.4.3.2)", async () => {
    const [ada] = await groupOf(tsMls2, 2);
    const decoded = api2.decode(api2.mlsMessageDecoder, await ada!.exportGroupInfo());
    if (decoded?.wireformat !== api2.wireformats.mls_group_info) throw new Error("Not a group info");
    const { groupInfo } = decoded;
    const isExternalPub = (type: number) => type === api2.defaultExtensionTypes.external_pub;
    const externalPub = groupInfo.extensions.find(({ extensionType }) => isExternalPub(extensionType));
    expect(externalPub?.extensionData).toHaveLength(33);
    const { publicPackage, privatePackage } = await api2.generateKeyPackage({
      credential: { credentialType: api2.defaultCredentialTypes.basic, identity: new Uint8Array(1) },
      cipherSuite: ada!.cipherSuite,
    });
    const join = api2.joinGroupExternal({
      context: ada!.context,
      groupInfo,
      keyPackage: publicPackage,
      privateKeys: privatePackage,
      resync: false,
    });
    await expect(join).rejects.toThrow("Invalid public key");
  });
});
