import type { Sodium } from "./load-sodium.js";

/**
 * Verifies an Ed25519 signature (RFC 8032 §5.1.7). False for wrong lengths, a scalar that is not reduced, and keys or
 * nonce points that are not canonical or of small order.
 *
 * Both providers verify with this one function: implementations differ on such inputs, and members of a group that
 * disagree about one signature have split the group.
 */
export function verifyEd25519(sodium: Sodium, publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return sodium.crypto_sign_verify_detached(signature, data, publicKey);
}
