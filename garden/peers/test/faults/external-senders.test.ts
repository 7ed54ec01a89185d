import * as api1 from "ts-mls-1";
import * as api2 from "ts-mls-2";
import { expect, test } from "vitest";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { bytes, groupOf } from "../group-of.js";

const signaturePublicKey = new Uint8Array(32).fill(7);

test("ts-mls 2.0.0-rc.10: writes external_senders as one sender, not as a list (RFC 9420 §12.1.8.1)", async () => {
  const [ada] = await groupOf(tsMls2, 2);
  const { newState } = await api2.createCommit({
    context: ada!.context,
    state: ada!.state,
    extraProposals: [
      {
        proposalType: api2.defaultProposalTypes.group_context_extensions,
        groupContextExtensions: {
          extensions: [
            {
              extensionType: api2.defaultExtensionTypes.external_senders,
              extensionData: {
                signaturePublicKey,
                credential: { credentialType: api2.defaultCredentialTypes.basic, identity: bytes("relay") },
              },
            },
          ],
        },
      },
    ],
  });
  ada!.state = newState;
  const groupInfo = Buffer.from(await ada!.exportGroupInfo()).toString("hex");
  // One sender: a key of 32 bytes and a basic credential, 41 bytes in all. The list would put 0x29 before it.
  const sender = `20${"07".repeat(32)}000105${Buffer.from("relay").toString("hex")}`;
  expect(groupInfo).toContain(`000529${sender}`);
  expect(groupInfo).not.toContain(`00052a29${sender}`);
});

test("ts-mls 1.6.4: cannot read external_senders as a list (RFC 9420 §12.1.8.1)", async () => {
  const [ada] = await groupOf(tsMls1, 2);
  const sender = api1.encodeExternalSender({
    signaturePublicKey,
    credential: { credentialType: "basic", identity: bytes("relay") },
  });
  const extensions = [
    { extensionType: "external_senders" as const, extensionData: Uint8Array.of(sender.length, ...sender) },
  ];
  const commit = api1.createCommit(
    { state: ada!.state, cipherSuite: ada!.cipherSuite },
    { extraProposals: [{ proposalType: "group_context_extensions", groupContextExtensions: { extensions } }] },
  );
  await expect(commit).rejects.toThrow("Could not decode external_senders");
});
