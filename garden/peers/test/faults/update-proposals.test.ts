import { bytesToBase64, createProposal, encodeMlsMessage, type LeafNodeUpdate } from "ts-mls-1";
import { signWithLabel } from "ts-mls-1/crypto/signature.js";
import { encodeLeafNodeTBS } from "ts-mls-1/leafNode.js";
import { expect, test } from "vitest";
import { type TsMls1Group, tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { addAll, createClients, groupOf } from "../group-of.js";

/**
 * Proposes that `group`'s own leaf gets a new encryption key, signed by hand because ts-mls has no function
 * for it. Nor has it a place for the new private key: what is made here is thrown away.
 */
async function proposeUpdate(group: TsMls1Group): Promise<Uint8Array> {
  const { cipherSuite, state } = group;
  const node = state.ratchetTree[2 * group.ownLeaf];
  if (node?.nodeType !== "leaf") throw new Error("Not a member");
  const { publicKey } = await cipherSuite.hpke.generateKeyPair();
  const unsigned = {
    hpkePublicKey: await cipherSuite.hpke.exportPublicKey(publicKey),
    signaturePublicKey: node.leaf.signaturePublicKey,
    credential: node.leaf.credential,
    capabilities: node.leaf.capabilities,
    extensions: node.leaf.extensions,
    leafNodeSource: "update" as const,
  };
  const { groupId } = state.groupContext;
  const tbs = encodeLeafNodeTBS({ ...unsigned, groupId, leafIndex: group.ownLeaf });
  const signature = await signWithLabel(state.signaturePrivateKey, "LeafNodeTBS", tbs, cipherSuite.signature);
  const leafNode: LeafNodeUpdate = { ...unsigned, signature };
  const { newState, message } = await createProposal(
    state,
    true,
    { proposalType: "update", update: { leafNode } },
    cipherSuite,
  );
  group.state = newState;
  return encodeMlsMessage(message);
}

test("ts-mls 2.0.0-rc.10: commits updates with a path sealed to the keys that they replace (RFC 9420 §12.4.1)", async () => {
  const [ada] = await groupOf(tsMls2, 1);
  const [bob, cyd] = await addAll(ada!, await createClients(tsMls1, 2));
  const proposals = [await proposeUpdate(bob!), await proposeUpdate(cyd!)];
  await bob!.process(proposals[1]!);
  await cyd!.process(proposals[0]!);
  for (const proposal of proposals) await ada!.process(proposal);

  const replacedKey = bytesToBase64(bob!.state.privatePath.privateKeys[2]!);
  const commit = await ada!.commit();
  await commit.merge();
  // Bob's state never held the new private key, and follows.
  await bob!.process(commit.message);
  expect(bytesToBase64(bob!.state.privatePath.privateKeys[2]!)).toBe(replacedKey);
  expect(bob!.epochAuthenticator).toEqual(ada!.epochAuthenticator);
});

test("ts-mls 2.0.0-rc.10: commits a single update without a path (RFC 9420 §12.4)", async () => {
  const [ada] = await groupOf(tsMls2, 1);
  const [bob] = await addAll(ada!, await createClients(tsMls1, 1));
  await ada!.process(await proposeUpdate(bob!));
  const commit = await ada!.commit();
  await expect(bob!.process(commit.message)).rejects.toThrow("Update path is required");
});
