import { gcm } from "@noble/ciphers/aes.js";
import { aeadTagLength, checkAeadLengths } from "../primitives/aead-lengths.js";
import type { CryptoProvider } from "../provider.js";
import type { ChaCha20Poly1305 } from "../sodium/chacha20-poly1305.js";

/** ChaCha20-Poly1305 by libsodium; AES-128-GCM, which libsodium does not have in WebAssembly, by noble. */
export function createAead(chaCha: ChaCha20Poly1305): Pick<CryptoProvider, "aeadSeal" | "aeadOpen"> {
  return {
    aeadSeal(algorithm, key, nonce, aad, plaintext) {
      checkAeadLengths(algorithm, key, nonce);
      return algorithm === "ChaCha20-Poly1305"
        ? chaCha.seal(key, nonce, aad, plaintext)
        : gcm(key, nonce, aad).encrypt(plaintext);
    },

    aeadOpen(algorithm, key, nonce, aad, ciphertext) {
      checkAeadLengths(algorithm, key, nonce);
      if (ciphertext.length < aeadTagLength) return undefined;
      return algorithm === "ChaCha20-Poly1305"
        ? chaCha.open(key, nonce, aad, ciphertext)
        : openGcm(key, nonce, aad, ciphertext);
    },
  };
}

function openGcm(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  try {
    return gcm(key, nonce, aad).decrypt(ciphertext);
  } catch {
    // With lengths checked, the one error left is that the tag does not match.
    return undefined;
  }
}
