import { asSecret, emptyBytes, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/reader.js";
import { encode } from "../../src/codec/writer.js";
import { keyPackageRef } from "../../src/group/key-packages.js";
import { decryptWithLabel, verifyWithLabel } from "../../src/labels.js";
import { checkContentSignature, membershipTag, signContent } from "../../src/protect/content-auth.js";
import { openPrivateMessage, openSenderData, sealPrivateMessage } from "../../src/protect/private-message.js";
import { createSecretTree, defaultRatchetLimits } from "../../src/protect/secret-tree.js";
import { deriveWelcomeSecret, openEpoch, welcomeKeys, zeroSecret } from "../../src/schedule/key-schedule.js";
import { readCommit, writeCommit } from "../../src/structs/commit.js";
import type { AuthenticatedContent, Content, FramedContent, Framing } from "../../src/structs/framing.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import { groupInfoToBeSigned, readGroupInfo } from "../../src/structs/group-info.js";
import { decodeMessage, encodeMessage } from "../../src/structs/message.js";
import { readProposal, writeProposal } from "../../src/structs/proposal.js";
import { decodeGroupSecrets } from "../../src/structs/welcome.js";
import { suiteOf, testContext } from "../support/context.js";
import { fromHex } from "../support/hex.js";
import { hasVectors, loadSuiteVectors } from "./load.js";

// biome-ignore lint/suspicious/noExplicitAny: the vectors' own shape, documented where they come from
type Vector = any;

/** The vectors' sender: leaf 1 of 2. */
const leafIndex = 1;

/** One sender's side of one epoch, as the vectors give it. */
class Epoch {
  readonly suite;
  readonly contextBytes;

  constructor(readonly vector: Vector) {
    this.suite = suiteOf(vector.cipher_suite);
    this.contextBytes = encodeGroupContext({
      cipherSuite: vector.cipher_suite,
      groupId: fromHex(vector.group_id),
      epoch: BigInt(vector.epoch),
      treeHash: fromHex(vector.tree_hash),
      confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
      extensions: [],
    });
  }

  get secretTree() {
    return createSecretTree(2, asSecret(fromHex(this.vector.encryption_secret)));
  }

  get senderDataSecret() {
    return fromHex(this.vector.sender_data_secret);
  }

  /** @returns the content of a message of the vectors, its signature and membership tag checked */
  open(bytes: Uint8Array): AuthenticatedContent {
    const message = decodeMessage(bytes);
    const signatureKey = fromHex(this.vector.signature_pub);
    if (message.kind === "private") {
      const senderData = openSenderData(this.suite, this.senderDataSecret, message.message);
      expect(senderData.leafIndex).toBe(leafIndex);
      const opened = openPrivateMessage(this.suite, this.secretTree, senderData, message.message, defaultRatchetLimits);
      checkContentSignature(this.suite, signatureKey, opened.content, this.contextBytes);
      return opened.content;
    }
    if (message.kind !== "public") throw new Error("the vector's message is none of a group");
    const { framed, auth, membershipTag: tag } = message.message;
    checkContentSignature(this.suite, signatureKey, { framing: "public", framed, auth }, this.contextBytes);
    expect(this.#tag(framed, auth)).toBe(tag && toHex(tag));
    return { framing: "public", framed, auth };
  }

  #tag(framed: FramedContent, auth: AuthenticatedContent["auth"]): string {
    const key = fromHex(this.vector.membership_key);
    return toHex(membershipTag(this.suite, key, framed, auth, this.contextBytes));
  }

  /** @returns a message of our own with the same content */
  protect(framing: Framing, content: Content): Uint8Array {
    const framed: FramedContent = {
      groupId: fromHex(this.vector.group_id),
      epoch: BigInt(this.vector.epoch),
      sender: { kind: "member", leafIndex },
      authenticatedData: emptyBytes,
      content,
    };
    const key = fromHex(this.vector.signature_priv);
    const signature = signContent(this.suite, key, framing, framed, this.contextBytes);
    const confirmationTag = content.kind === "commit" ? zeroSecret(this.suite) : undefined;
    const auth = { signature, confirmationTag };
    if (framing === "public") {
      const tag = fromHex(this.#tag(framed, auth));
      return encodeMessage({ kind: "public", message: { framed, auth, membershipTag: tag } });
    }
    const { senderDataSecret, secretTree } = this;
    const sealed = sealPrivateMessage(this.suite, secretTree, senderDataSecret, leafIndex, { framed, auth }, 7);
    return encodeMessage({ kind: "private", message: sealed.message });
  }
}

function contentHex(content: Content): string {
  if (content.kind === "application") return toHex(content.data);
  if (content.kind === "proposal") return toHex(encode(content.proposal, writeProposal));
  return toHex(encode(content.commit, writeCommit));
}

describe.skipIf(!hasVectors)("vectors: message protection and welcome", () => {
  it("message-protection", () => {
    const vectors = loadSuiteVectors<Vector>("message-protection");
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      const epoch = new Epoch(vector);
      const contents: [plain: string, protectedAs: string[], content: Content][] = [
        [
          vector.proposal,
          [vector.proposal_priv, vector.proposal_pub],
          { kind: "proposal", proposal: decode(fromHex(vector.proposal), readProposal) },
        ],
        [
          vector.commit,
          [vector.commit_priv, vector.commit_pub],
          { kind: "commit", commit: decode(fromHex(vector.commit), readCommit) },
        ],
        [vector.application, [vector.application_priv], { kind: "application", data: fromHex(vector.application) }],
      ];
      for (const [plain, messages, content] of contents) {
        for (const message of messages) expect(contentHex(epoch.open(fromHex(message)).framed.content)).toBe(plain);
        const framings: Framing[] = content.kind === "application" ? ["private"] : ["private", "public"];
        for (const framing of framings) {
          const opened = epoch.open(epoch.protect(framing, content));
          expect(contentHex(opened.framed.content)).toBe(plain);
        }
      }
    }
  });

  it("welcome", () => {
    const vectors = loadSuiteVectors<Vector>("welcome");
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const keyPackage = decodeMessage(fromHex(vector.key_package));
      const message = decodeMessage(fromHex(vector.welcome));
      if (keyPackage.kind !== "keyPackage" || message.kind !== "welcome") throw new Error("not what the vector says");
      const reference = toHex(keyPackageRef(testContext(suite.id), keyPackage.keyPackage));
      const entry = message.welcome.secrets.find(({ newMember }) => toHex(newMember) === reference);
      if (entry === undefined) throw new Error("the welcome is for another key package");
      const { encryptedGroupInfo } = message.welcome;
      const opened = decryptWithLabel(suite, fromHex(vector.init_priv), "Welcome", encryptedGroupInfo, entry.encrypted);
      const { joinerSecret, psks } = decodeGroupSecrets(opened as Uint8Array);
      expect(psks).toEqual([]);
      const { key, nonce } = welcomeKeys(suite, deriveWelcomeSecret(suite, joinerSecret, zeroSecret(suite)));
      const info = decode(suite.aeadOpen(key, nonce, emptyBytes, encryptedGroupInfo) as Uint8Array, readGroupInfo);
      const signed = groupInfoToBeSigned(info);
      const signerKey = fromHex(vector.signer_pub);
      expect(verifyWithLabel(suite, signerKey, "GroupInfoTBS", signed, info.signature)).toBe(true);
      const contextBytes = encodeGroupContext(info.context);
      const { secrets } = openEpoch(suite, joinerSecret, zeroSecret(suite), contextBytes);
      const tag = suite.mac(secrets.confirmation, info.context.confirmedTranscriptHash);
      expect(toHex(tag)).toBe(toHex(info.confirmationTag));
    }
  });
});
