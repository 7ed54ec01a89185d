import { describe, expect, test } from "vitest";
import type { Peer, PeerGroup } from "../../src/peer.js";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";
import { addAll, createClients, groupOf } from "../group-of.js";
import { deriveSecret, epochAuthenticatorOf, openPathSecret, provisionalContext } from "./rfc-by-hand.js";

/** Six members in the usual course of a group; resolves with what the sixth gets to hear. */
async function sixthJoins<G extends PeerGroup>(peer: Peer<G>): Promise<G> {
  const [ada] = await groupOf(peer, 3);
  const update = await ada!.commit();
  await update.merge();
  const [, , , dan, eve, fay] = await createClients(peer, 6);
  await addAll(ada!, [dan!]);
  const [eves] = await addAll(ada!, [eve!]);

  // Eve's commit sets a new root, without unmerged leaves; Dan stays unmerged at the node below it.
  const eveUpdates = await eves!.commit();
  await eveUpdates.merge();
  await ada!.process(eveUpdates.message);
  expect(ada!.treeHash).toEqual(eves!.treeHash);

  const [fays] = await addAll(ada!, [fay!]);
  return fays!;
}

describe.each([tsMls1, tsMls2])("$name", (peer) => {
  test("refuses a valid welcome where an unmerged leaf is no longer unmerged further up (RFC 9420 §12.4.3.1)", async () => {
    await expect(sixthJoins(peer as Peer)).rejects.toThrow(
      "non-blank intermediate node must list leaf node in its unmerged_leaves",
    );
  });
});

test("ts-mls 2.0.0-rc.10: refuses a valid commit where the root stays blank (RFC 9420 §7.4, §12.4.2)", async () => {
  const [, , cyd, dan] = await groupOf(tsMls2, 4);
  const removal = await cyd!.commit([0, 1].map((leaf) => ({ kind: "remove", leaf })));
  await expect(dan!.process(removal.message)).rejects.toThrow("Could not verify confirmation tag");

  // The commit is right: Dan, going by the text, comes to the committer's epoch.
  const before = dan!.state;
  await removal.merge();
  const after = cyd!.state.groupContext;
  const pathSecret = await openPathSecret({
    commitMessage: removal.message,
    node: 0,
    ciphertext: 0,
    privateKey: before.privatePath.privateKeys[6]!,
    context: provisionalContext(before.groupContext, after),
  });
  const { initSecret } = before.keySchedule;
  const commitSecret = deriveSecret(pathSecret, "path");
  expect(epochAuthenticatorOf({ initSecret, commitSecret, context: after })).toEqual(cyd!.epochAuthenticator);
});

test("ts-mls 1.6.4: derives another commit secret than the RFC where the root stays blank (RFC 9420 §7.4, §12.4.1)", async () => {
  const [, , cyd, dan] = await groupOf(tsMls1, 4);
  const before = dan!.fork().state;
  const removal = await cyd!.commit([0, 1].map((leaf) => ({ kind: "remove", leaf })));
  await removal.merge();
  await dan!.process(removal.message);
  expect(dan!.epochAuthenticator).toEqual(cyd!.epochAuthenticator);

  const after = cyd!.state.groupContext;
  const pathSecret = await openPathSecret({
    commitMessage: removal.message,
    node: 0,
    ciphertext: 0,
    privateKey: before.privatePath.privateKeys[6]!,
    context: provisionalContext(before.groupContext, after),
  });
  const { initSecret } = before.keySchedule;
  const byTheText = deriveSecret(pathSecret, "path");
  const oneStepTooFar = deriveSecret(byTheText, "path");
  const authenticator = (commitSecret: Uint8Array) =>
    epochAuthenticatorOf({ initSecret, commitSecret, context: after });
  expect(cyd!.epochAuthenticator).not.toEqual(authenticator(byTheText));
  expect(cyd!.epochAuthenticator).toEqual(authenticator(oneStepTooFar));
});
