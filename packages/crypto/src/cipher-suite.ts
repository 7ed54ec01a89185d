import type { Secret } from "@redoubt/base";
import type { KeyPair } from "./provider.js";

/**
 * The algorithms of one MLS cipher suite (RFC 9420 §5.1, §17.1), bound to a provider and a source of randomness.
 * Made by `createCipherSuite`.
 */
export interface CipherSuite {
  /** The registry's value: 1, 2, 3, or 0xF00E. */
  readonly id: number;
  readonly name: string;
  /** KDF.Nh, also the length of a hash and a MAC, in bytes. */
  readonly hashLength: number;
  /** AEAD.Nk in bytes. */
  readonly keyLength: number;
  /** AEAD.Nn in bytes. */
  readonly nonceLength: number;

  random(length: number): Uint8Array;
  hash(data: Uint8Array): Uint8Array;
  /** HMAC with the suite's hash. */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF-Extract (RFC 5869). */
  extract(salt: Uint8Array, inputKeyMaterial: Uint8Array): Secret;
  /** HKDF-Expand (RFC 5869); `length` in bytes, at most 255 * hashLength. */
  expand(pseudorandomKey: Uint8Array, info: Uint8Array, length: number): Secret;

  aeadSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** `undefined` if it does not authenticate. */
  aeadOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;

  generateSignatureKeyPair(): KeyPair;
  sign(privateKey: Uint8Array, data: Uint8Array): Uint8Array;
  verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
  readonly signaturePublicKeyLength: number;

  readonly hpke: Hpke;
}

/** HPKE base mode, single-shot (RFC 9180 §6.1, §6.2), with the suite's KEM, KDF and AEAD. */
export interface Hpke {
  readonly publicKeyLength: number;
  readonly encapsulationLength: number;
  /** Whether one can seal to the key: length, form, and for X25519 that it is not of small order. */
  isPublicKey(publicKey: Uint8Array): boolean;
  generateKeyPair(): KeyPair;
  deriveKeyPair(inputKeyMaterial: Uint8Array): KeyPair;
  /** SealBase. @throws CryptoError `bad-key` for a public key that `isPublicKey` refuses */
  seal(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): HpkeCiphertext;
  /**
   * SealBase to any number of recipients under one `info`, which is hashed once: a Welcome seals to each newcomer
   * under the whole encrypted GroupInfo. Each call is an encapsulation of its own.
   */
  sealer(info: Uint8Array): (publicKey: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) => HpkeCiphertext;
  /** `undefined` if the encapsulation or the ciphertext is not for this key, info and aad. */
  open(privateKey: Uint8Array, ciphertext: HpkeCiphertext, info: Uint8Array, aad: Uint8Array): Secret | undefined;
  /** SendExportBase: an encapsulation and a secret of `length` bytes derived from it. */
  sendExport(
    publicKey: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): { readonly kemOutput: Uint8Array; readonly secret: Secret };
  /** ReceiveExportBase; `undefined` for a malformed encapsulation. */
  receiveExport(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Secret | undefined;
}

/** HPKECiphertext of RFC 9420 §7.6. */
export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}
