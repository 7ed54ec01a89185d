/** A Diffie-Hellman group with the encodings of RFC 9180 §7.1; what a platform gives for a DHKEM. */
export interface DhGroup {
  /** Npk, in bytes. */
  readonly publicKeyLength: number;
  /** Nsk and Ndh, in bytes. */
  readonly privateKeyLength: number;
  /** The public key, cached per private key, in a fresh array. @throws CryptoError `bad-key` for a private key that is malformed or wiped */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /**
   * DH(skX, pkY), in a fresh array; `undefined` if the public key has the wrong length, is not a point of the curve,
   * or gives the all-zero secret (RFC 9180 §7.1.4). @throws CryptoError `bad-key` for the private key
   */
  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** Whether the bytes could be a public key, as far as that is cheap to tell. */
  isPublicKey(publicKey: Uint8Array): boolean;
}
