import type { Random } from "@redoubt/base";

export type HashAlgorithm = "SHA-256" | "SHA-512";
export type AeadAlgorithm = "AES-128-GCM" | "ChaCha20-Poly1305";
export type SignatureAlgorithm = "Ed25519" | "ECDSA-P256-SHA256";
export type KemAlgorithm = "DHKEM-X25519" | "DHKEM-P256" | "X-Wing";

/** A key pair in the raw encodings of RFC 9180 (KEM) or RFC 9420 §5.1.2 (signatures). */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * The synchronous cryptography that a platform must give. Two implementations, `@redoubt/crypto/node` and
 * `@redoubt/crypto/web`; one contract suite (`test/provider-contract.ts`) runs over both.
 *
 * Nothing here keeps a reference to a caller's array after the call, except private keys in caches keyed weakly by
 * the array itself. Returned arrays are fresh and owned by the caller.
 */
export interface CryptoProvider {
  readonly name: string;

  /** Cryptographically secure random bytes. */
  readonly random: Random;

  hash(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array;

  /** HMAC (RFC 2104). The key may have any length. */
  hmac(algorithm: HashAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array;

  /** Ciphertext with the 16-byte tag at its end. The nonce has 12 bytes, the key 16 (AES-128-GCM) or 32. */
  aeadSeal(
    algorithm: AeadAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;

  /** The plaintext, or `undefined` if it does not authenticate (a ciphertext shorter than a tag included). */
  aeadOpen(
    algorithm: AeadAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined;

  readonly signatures: Readonly<Record<SignatureAlgorithm, SignatureProvider>>;
  readonly kems: Readonly<Record<KemAlgorithm, KemProvider>>;
}

export interface SignatureProvider {
  /** Bytes of a public key: 32 (Ed25519), 65 (P-256, uncompressed). */
  readonly publicKeyLength: number;
  generateKeyPair(random: Random): KeyPair;
  /** @throws CryptoError `bad-key` if the private key is malformed or wiped (all zeros) */
  sign(privateKey: Uint8Array, data: Uint8Array): Uint8Array;
  /** False for anything wrong, a malformed key or signature included. */
  verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
}

export interface KemProvider {
  /** The identifier of the HPKE KEM registry: 0x0020, 0x0010, 0x647a. */
  readonly id: number;
  readonly publicKeyLength: number;
  readonly privateKeyLength: number;
  readonly encapsulationLength: number;
  readonly sharedSecretLength: number;
  /** DeriveKeyPair of RFC 9180 §7.1.3, or of draft-connolly-cfrg-xwing-kem for X-Wing. */
  deriveKeyPair(inputKeyMaterial: Uint8Array): KeyPair;
  /** Encap of RFC 9180 §4.1. @throws CryptoError `bad-key` for a public key that is malformed or of small order */
  encapsulate(
    publicKey: Uint8Array,
    random: Random,
  ): { readonly sharedSecret: Uint8Array; readonly encapsulation: Uint8Array };
  /** Decap of RFC 9180 §4.1; `undefined` if the encapsulation is malformed or of small order. */
  decapsulate(privateKey: Uint8Array, encapsulation: Uint8Array): Uint8Array | undefined;
  /** Whether the bytes could be a public key: length, and where it is cheap, that it is a point of the curve. */
  isPublicKey(publicKey: Uint8Array): boolean;
}
