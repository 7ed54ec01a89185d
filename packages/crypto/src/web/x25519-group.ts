import type { DhGroup } from "../kem/dh-group.js";
import { isX25519PublicKey } from "../primitives/x25519.js";
import { PrivateKeyCache } from "../private-key-cache.js";
import type { Sodium } from "../sodium/load-sodium.js";

/** X25519 (RFC 7748 §5) by libsodium. */
export function createX25519Group(sodium: Sodium): DhGroup {
  const publicKeys = new PrivateKeyCache(32, (privateKey) => sodium.crypto_scalarmult_base(privateKey));

  return {
    publicKeyLength: 32,
    privateKeyLength: 32,
    publicKey: (privateKey) => publicKeys.get(privateKey).slice(),

    agree(privateKey, publicKey) {
      publicKeys.get(privateKey);
      if (publicKey.length !== 32) return undefined;
      try {
        return sodium.crypto_scalarmult(privateKey, publicKey);
      } catch {
        // With lengths checked, the one error left is a point of small order.
        return undefined;
      }
    },

    isPublicKey: isX25519PublicKey,
  };
}
