import { asSecret, equalBytes, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  acceptProposal,
  decodeMessage,
  epochAuthenticator,
  type Group,
  joinGroup,
  type MlsContext,
  mergeCommit,
  type OwnKeyPackage,
  type PreSharedKeyId,
  parseMessage,
  resumptionPsk,
  stageCommit,
  verifyMessage,
} from "../../src/index.js";
import { testContext } from "../support/context.js";
import { fromHex } from "../support/hex.js";
import { hasVectors, loadSuiteVectors } from "./load.js";

interface PassiveClient {
  cipher_suite: number;
  external_psks: { psk_id: string; psk: string }[];
  key_package: string;
  signature_priv: string;
  encryption_priv: string;
  init_priv: string;
  welcome: string;
  ratchet_tree: string | null;
  initial_epoch_authenticator: string;
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[];
}

/** Joins as the vector's client and follows every epoch. @returns the number of epochs seen */
function follow(vector: PassiveClient): number {
  const resumption = new Map<bigint, Uint8Array>();
  const context: MlsContext = testContext(vector.cipher_suite, {
    psk(id: PreSharedKeyId) {
      if (id.kind === "resumption") return resumption.get(id.epoch);
      const found = vector.external_psks.find(({ psk_id }) => equalBytes(fromHex(psk_id), id.id));
      return found && fromHex(found.psk);
    },
  });
  const message = decodeMessage(fromHex(vector.key_package));
  if (message.kind !== "keyPackage") throw new Error("the vector's key package is none");
  const own: OwnKeyPackage = {
    keyPackage: message.keyPackage,
    initPrivateKey: asSecret(fromHex(vector.init_priv)),
    encryptionPrivateKey: asSecret(fromHex(vector.encryption_priv)),
    signaturePrivateKey: asSecret(fromHex(vector.signature_priv)),
  };
  const options = vector.ratchet_tree === null ? {} : { ratchetTree: fromHex(vector.ratchet_tree) };
  let group: Group = joinGroup(context, fromHex(vector.welcome), [own], options).group;
  expect(toHex(epochAuthenticator(group))).toBe(vector.initial_epoch_authenticator);
  for (const epoch of vector.epochs) {
    resumption.set(group.epoch.context.epoch, resumptionPsk(group));
    for (const proposal of epoch.proposals) {
      const verified = verifyMessage(context, group, parseMessage(fromHex(proposal)));
      if (verified.kind !== "proposal") throw new Error("the vector's proposal is none");
      group = acceptProposal(context, group, verified).group;
    }
    const verified = verifyMessage(context, group, parseMessage(fromHex(epoch.commit)));
    if (verified.kind !== "commit") throw new Error("the vector's commit is none");
    const merged = mergeCommit(group, stageCommit(context, group, verified));
    if (merged.group === undefined) throw new Error("the vector removes its own client");
    group = merged.group;
    merged.consumed.wipe();
    expect(toHex(epochAuthenticator(group))).toBe(epoch.epoch_authenticator);
  }
  return vector.epochs.length;
}

describe.skipIf(!hasVectors)("vectors: passive client", () => {
  it.each([
    ["passive-client-welcome", 24, 0],
    ["passive-client-handling-commit", 39, 78],
    ["passive-client-random", 1, 200],
  ])("%s", (name, cases, epochs) => {
    const vectors = loadSuiteVectors<PassiveClient>(name);
    expect(vectors).toHaveLength(cases);
    const seen = vectors.map(follow).reduce((sum, count) => sum + count, 0);
    expect(seen).toBe(epochs);
  });
});
