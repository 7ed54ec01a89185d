import { concatBytes, emptyBytes, type Secret, utf8 } from "@redoubt/base";
import type { CipherSuite, HpkeCiphertext } from "@redoubt/crypto";
import { Writer } from "./codec/writer.js";

const encodedLabels = new Map<string, Uint8Array>();

/** `opaque label<V> = "MLS 1.0 " + label`, encoded. Labels are few and fixed, so that the table stays small. */
function encodedLabel(label: string): Uint8Array {
  let encoded = encodedLabels.get(label);
  if (encoded === undefined) {
    encoded = new Writer().opaque(utf8(`MLS 1.0 ${label}`)).finish();
    encodedLabels.set(label, encoded);
  }
  return encoded;
}

/** ExpandWithLabel (RFC 9420 §8); `length` in bytes. */
export function expandWithLabel(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Secret {
  const info = new Writer().u16(length).bytes(encodedLabel(label)).opaque(context).finish();
  return suite.expand(secret, info, length);
}

/** DeriveSecret (RFC 9420 §8). */
export function deriveSecret(suite: CipherSuite, secret: Uint8Array, label: string): Secret {
  return expandWithLabel(suite, secret, label, emptyBytes, suite.hashLength);
}

/** DeriveTreeSecret (RFC 9420 §9). */
export function deriveTreeSecret(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  generation: number,
  length: number,
): Secret {
  const context = Uint8Array.of(generation >>> 24, generation >>> 16, generation >>> 8, generation);
  return expandWithLabel(suite, secret, label, context, length);
}

/** RefHash (RFC 9420 §5.2). `label` is used as it is, without the "MLS 1.0 " that others get put before them. */
export function refHash(suite: CipherSuite, label: string, value: Uint8Array): Uint8Array {
  return suite.hash(new Writer(64 + value.length).opaque(utf8(label)).opaque(value).finish());
}

function signContent(label: string, content: Uint8Array): Uint8Array {
  return new Writer(64 + content.length).bytes(encodedLabel(label)).opaque(content).finish();
}

/** SignWithLabel (RFC 9420 §5.1.2). */
export function signWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  content: Uint8Array,
): Uint8Array {
  return suite.sign(privateKey, signContent(label, content));
}

/** VerifyWithLabel (RFC 9420 §5.1.2). */
export function verifyWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  return suite.verify(publicKey, signContent(label, content), signature);
}

function encryptContext(label: string, context: Uint8Array): Uint8Array {
  return concatBytes(encodedLabel(label), new Writer(8 + context.length).opaque(context).finish());
}

/** EncryptWithLabel (RFC 9420 §5.1.3) to any number of keys under one label and context. */
export function encryptorWithLabel(
  suite: CipherSuite,
  label: string,
  context: Uint8Array,
): (publicKey: Uint8Array, plaintext: Uint8Array) => HpkeCiphertext {
  const seal = suite.hpke.sealer(encryptContext(label, context));
  return (publicKey, plaintext) => seal(publicKey, emptyBytes, plaintext);
}

/** DecryptWithLabel (RFC 9420 §5.1.3); `undefined` if it does not decrypt. */
export function decryptWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  context: Uint8Array,
  ciphertext: HpkeCiphertext,
): Secret | undefined {
  return suite.hpke.open(privateKey, ciphertext, encryptContext(label, context), emptyBytes);
}
