import type { Ed25519Verify, Sha256 } from "@redoubt/base";

/**
 * The cryptography of account chains. Both wings bring their own, and must agree on every signature: an implementation
 * of `verify` refuses unreduced scalars, and keys and nonce points that are not canonical or of small order.
 */
export interface Hashing {
  readonly sha256: Sha256;
  /** SHA-512 (FIPS 180-4): 64 bytes that the caller owns. */
  readonly sha512: (bytes: Uint8Array) => Uint8Array;
  readonly verify: Ed25519Verify;
}
