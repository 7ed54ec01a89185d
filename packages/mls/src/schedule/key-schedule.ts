import { asSecret, emptyBytes, type Secret, utf8 } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { deriveSecret, expandWithLabel } from "../labels.js";

/** The secrets of one epoch (RFC 9420 §8, Table 4), each of Nh bytes. The encryption secret is in the secret tree. */
export interface EpochSecrets {
  readonly senderData: Secret;
  readonly exporter: Secret;
  readonly external: Secret;
  readonly confirmation: Secret;
  readonly membership: Secret;
  readonly resumption: Secret;
  readonly authenticator: Secret;
  readonly init: Secret;
}

/** Everything that opening an epoch derives. */
export interface OpenedEpoch {
  readonly secrets: EpochSecrets;
  readonly encryption: Secret;
}

/** joiner_secret (RFC 9420 §8). */
export function deriveJoinerSecret(
  suite: CipherSuite,
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
  groupContext: Uint8Array,
): Secret {
  const extracted = suite.extract(initSecret, commitSecret);
  const joiner = expandWithLabel(suite, extracted, "joiner", groupContext, suite.hashLength);
  extracted.fill(0);
  return joiner;
}

/** welcome_secret (RFC 9420 §8). */
export function deriveWelcomeSecret(suite: CipherSuite, joinerSecret: Uint8Array, pskSecret: Uint8Array): Secret {
  const member = suite.extract(joinerSecret, pskSecret);
  const welcome = deriveSecret(suite, member, "welcome");
  member.fill(0);
  return welcome;
}

/** Key and nonce that encrypt a GroupInfo in a Welcome (RFC 9420 §12.4.3.1). */
export function welcomeKeys(suite: CipherSuite, welcomeSecret: Uint8Array): { key: Secret; nonce: Secret } {
  return {
    key: expandWithLabel(suite, welcomeSecret, "key", emptyBytes, suite.keyLength),
    nonce: expandWithLabel(suite, welcomeSecret, "nonce", emptyBytes, suite.nonceLength),
  };
}

/** From the joiner secret to the epoch's secrets (RFC 9420 §8). */
export function openEpoch(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
  groupContext: Uint8Array,
): OpenedEpoch {
  const member = suite.extract(joinerSecret, pskSecret);
  const epochSecret = expandWithLabel(suite, member, "epoch", groupContext, suite.hashLength);
  member.fill(0);
  return openEpochSecret(suite, epochSecret);
}

/** Derives and wipes: the epoch secret is not needed afterwards. */
export function openEpochSecret(suite: CipherSuite, epochSecret: Secret): OpenedEpoch {
  const derive = (label: string) => deriveSecret(suite, epochSecret, label);
  const opened = {
    secrets: {
      senderData: derive("sender data"),
      exporter: derive("exporter"),
      external: derive("external"),
      confirmation: derive("confirm"),
      membership: derive("membership"),
      resumption: derive("resumption"),
      authenticator: derive("authentication"),
      init: derive("init"),
    },
    encryption: derive("encryption"),
  };
  epochSecret.fill(0);
  return opened;
}

/** MLS-Exporter (RFC 9420 §8.5); `length` in bytes, at most 255 * Nh. */
export function exportFrom(
  suite: CipherSuite,
  exporterSecret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Secret {
  const derived = deriveSecret(suite, exporterSecret, label);
  const exported = expandWithLabel(suite, derived, "exported", suite.hash(context), length);
  derived.fill(0);
  return exported;
}

/** The key that outsiders encrypt an external init to (RFC 9420 §8.3). */
export function externalPublicKey(suite: CipherSuite, externalSecret: Uint8Array): Uint8Array {
  const { privateKey, publicKey } = suite.hpke.deriveKeyPair(externalSecret);
  privateKey.fill(0);
  return publicKey;
}

const externalInitLabel = utf8("MLS 1.0 external init secret");

/** The joiner's side of an external init (RFC 9420 §8.3). */
export function sendExternalInit(
  suite: CipherSuite,
  externalPub: Uint8Array,
): { kemOutput: Uint8Array; initSecret: Secret } {
  const { kemOutput, secret } = suite.hpke.sendExport(externalPub, emptyBytes, externalInitLabel, suite.hashLength);
  return { kemOutput, initSecret: secret };
}

/** The members' side of an external init; `undefined` for a malformed KEM output. */
export function receiveExternalInit(
  suite: CipherSuite,
  externalSecret: Uint8Array,
  kemOutput: Uint8Array,
): Secret | undefined {
  const { privateKey } = suite.hpke.deriveKeyPair(externalSecret);
  const secret = suite.hpke.receiveExport(privateKey, kemOutput, emptyBytes, externalInitLabel, suite.hashLength);
  privateKey.fill(0);
  return secret;
}

/** Nh zero bytes: the commit secret of a commit without a path, the PSK secret without PSKs. */
export function zeroSecret(suite: CipherSuite): Secret {
  return asSecret(new Uint8Array(suite.hashLength));
}
