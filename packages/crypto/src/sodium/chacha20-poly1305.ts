import { aeadTagLength } from "../primitives/aead-lengths.js";
import type { Sodium } from "./load-sodium.js";

/** ChaCha20-Poly1305 (RFC 8439) by libsodium, on lengths that are checked. */
export interface ChaCha20Poly1305 {
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** `undefined` if it does not authenticate. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

export function createChaCha20Poly1305(sodium: Sodium): ChaCha20Poly1305 {
  return {
    seal: (key, nonce, aad, plaintext) =>
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, key),

    open(key, nonce, aad, ciphertext) {
      if (ciphertext.length < aeadTagLength) return undefined;
      try {
        return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, aad, nonce, key);
      } catch {
        // With lengths checked, the one error left is that the tag does not match.
        return undefined;
      }
    },
  };
}
