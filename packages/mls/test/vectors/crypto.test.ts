import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  decryptWithLabel,
  deriveSecret,
  deriveTreeSecret,
  encryptorWithLabel,
  expandWithLabel,
  refHash,
  signWithLabel,
  verifyWithLabel,
} from "../../src/labels.js";
import { defaultRatchetLimits, createSecretTree, takeKeyAt } from "../../src/protect/secret-tree.js";
import {
  deriveJoinerSecret,
  deriveWelcomeSecret,
  exportFrom,
  externalPublicKey,
  openEpoch,
} from "../../src/schedule/key-schedule.js";
import { derivePskSecret } from "../../src/schedule/psk.js";
import { confirmedTranscriptHash, interimTranscriptHash } from "../../src/schedule/transcript.js";
import { decode } from "../../src/codec/reader.js";
import { readAuthenticatedContent } from "../../src/structs/framing.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import { asSecret } from "@redoubt/base";
import { suiteOf } from "../support/context.js";
import { fromHex } from "../support/hex.js";
import { hasVectors, loadSuiteVectors } from "./load.js";

// biome-ignore lint/suspicious/noExplicitAny: the vectors' own shape, documented where they come from
type Vector = any;

describe.skipIf(!hasVectors)("vectors: cryptography", () => {
  it("crypto-basics", () => {
    const vectors = loadSuiteVectors<Vector>("crypto-basics");
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const { ref_hash: ref, expand_with_label: ex, derive_secret: ds, derive_tree_secret: dts } = vector;
      expect(toHex(refHash(suite, ref.label, fromHex(ref.value)))).toBe(ref.out);
      expect(toHex(expandWithLabel(suite, fromHex(ex.secret), ex.label, fromHex(ex.context), ex.length))).toBe(ex.out);
      expect(toHex(deriveSecret(suite, fromHex(ds.secret), ds.label))).toBe(ds.out);
      const derived = deriveTreeSecret(suite, fromHex(dts.secret), dts.label, dts.generation, dts.length);
      expect(toHex(derived)).toBe(dts.out);
      const { sign_with_label: sign, encrypt_with_label: enc } = vector;
      const [pub, content] = [fromHex(sign.pub), fromHex(sign.content)];
      expect(verifyWithLabel(suite, pub, sign.label, content, fromHex(sign.signature))).toBe(true);
      const signature = signWithLabel(suite, fromHex(sign.priv), sign.label, content);
      expect(verifyWithLabel(suite, pub, sign.label, content, signature)).toBe(true);
      const ciphertext = { kemOutput: fromHex(enc.kem_output), ciphertext: fromHex(enc.ciphertext) };
      const context = fromHex(enc.context);
      const opened = decryptWithLabel(suite, fromHex(enc.priv), enc.label, context, ciphertext);
      expect(opened && toHex(opened)).toBe(enc.plaintext);
      const again = encryptorWithLabel(suite, enc.label, context)(fromHex(enc.pub), fromHex(enc.plaintext));
      const reopened = decryptWithLabel(suite, fromHex(enc.priv), enc.label, context, again);
      expect(reopened && toHex(reopened)).toBe(enc.plaintext);
    }
  });

  it("secret-tree", () => {
    const vectors = loadSuiteVectors<Vector>("secret-tree");
    expect(vectors).toHaveLength(9);
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const { sender_data: sd } = vector;
      const sample = fromHex(sd.ciphertext).subarray(0, suite.hashLength);
      const secret = fromHex(sd.sender_data_secret);
      expect(toHex(expandWithLabel(suite, secret, "key", sample, suite.keyLength))).toBe(sd.key);
      expect(toHex(expandWithLabel(suite, secret, "nonce", sample, suite.nonceLength))).toBe(sd.nonce);
      let tree = createSecretTree(vector.leaves.length, asSecret(fromHex(vector.encryption_secret)));
      vector.leaves.forEach((generations: Vector[], leaf: number) => {
        for (const expected of generations) {
          for (const kind of ["handshake", "application"] as const) {
            const taken = takeKeyAt(suite, tree, leaf, kind, expected.generation, defaultRatchetLimits);
            tree = taken.tree;
            expect(toHex(taken.messageKey.key)).toBe(expected[`${kind}_key`]);
            expect(toHex(taken.messageKey.nonce)).toBe(expected[`${kind}_nonce`]);
          }
        }
      });
    }
  });

  it("key-schedule", () => {
    const vectors = loadSuiteVectors<Vector>("key-schedule");
    expect(vectors).toHaveLength(3);
    let epochs = 0;
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      let init = fromHex(vector.initial_init_secret);
      vector.epochs.forEach((expected: Vector, epoch: number) => {
        epochs++;
        const context = encodeGroupContext({
          cipherSuite: suite.id,
          groupId: fromHex(vector.group_id),
          epoch: BigInt(epoch),
          treeHash: fromHex(expected.tree_hash),
          confirmedTranscriptHash: fromHex(expected.confirmed_transcript_hash),
          extensions: [],
        });
        expect(toHex(context)).toBe(expected.group_context);
        const joiner = deriveJoinerSecret(suite, init, fromHex(expected.commit_secret), context);
        expect(toHex(joiner)).toBe(expected.joiner_secret);
        const psk = fromHex(expected.psk_secret);
        expect(toHex(deriveWelcomeSecret(suite, joiner, psk))).toBe(expected.welcome_secret);
        const { secrets, encryption } = openEpoch(suite, joiner, psk, context);
        expect(toHex(encryption)).toBe(expected.encryption_secret);
        expect({
          sender_data_secret: toHex(secrets.senderData),
          exporter_secret: toHex(secrets.exporter),
          external_secret: toHex(secrets.external),
          confirmation_key: toHex(secrets.confirmation),
          membership_key: toHex(secrets.membership),
          resumption_psk: toHex(secrets.resumption),
          epoch_authenticator: toHex(secrets.authenticator),
          init_secret: toHex(secrets.init),
        }).toEqual(
          Object.fromEntries(
            [
              "sender_data_secret",
              "exporter_secret",
              "external_secret",
              "confirmation_key",
              "membership_key",
              "resumption_psk",
              "epoch_authenticator",
              "init_secret",
            ].map((name) => [name, expected[name]]),
          ),
        );
        expect(toHex(externalPublicKey(suite, secrets.external))).toBe(expected.external_pub);
        const { label, context: exportContext, length, secret } = expected.exporter;
        const exported = exportFrom(suite, secrets.exporter, label, fromHex(exportContext), length);
        expect(toHex(exported)).toBe(secret);
        init = secrets.init;
      });
    }
    expect(epochs).toBeGreaterThanOrEqual(15);
  });

  it("psk_secret", () => {
    const vectors = loadSuiteVectors<Vector>("psk_secret");
    expect(vectors).toHaveLength(33);
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const ids = vector.psks.map(({ psk_id, psk_nonce }: Vector) => {
        return { kind: "external", id: fromHex(psk_id), nonce: fromHex(psk_nonce) } as const;
      });
      const secret = derivePskSecret(suite, ids, (id) => fromHex(vector.psks[ids.indexOf(id)].psk));
      expect(toHex(secret)).toBe(vector.psk_secret);
    }
  });

  it("transcript-hashes", () => {
    const vectors = loadSuiteVectors<Vector>("transcript-hashes");
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      const suite = suiteOf(vector.cipher_suite);
      const content = decode(fromHex(vector.authenticated_content), readAuthenticatedContent);
      const confirmed = confirmedTranscriptHash(suite, fromHex(vector.interim_transcript_hash_before), content);
      expect(toHex(confirmed)).toBe(vector.confirmed_transcript_hash_after);
      const tag = content.auth.confirmationTag as Uint8Array;
      expect(toHex(suite.mac(fromHex(vector.confirmation_key), confirmed))).toBe(toHex(tag));
      expect(toHex(interimTranscriptHash(suite, confirmed, tag))).toBe(vector.interim_transcript_hash_after);
    }
  });
});
