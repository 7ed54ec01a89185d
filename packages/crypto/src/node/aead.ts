import { createCipheriv, createDecipheriv } from "node:crypto";
import { wipe } from "@redoubt/base";
import { aeadTagLength, checkAeadLengths } from "../primitives/aead-lengths.js";
import type { CryptoProvider } from "../provider.js";
import type { ChaCha20Poly1305 } from "../sodium/chacha20-poly1305.js";

const cipherNames = { "AES-128-GCM": "aes-128-gcm", "ChaCha20-Poly1305": "chacha20-poly1305" } as const;
type CipherName = "aes-128-gcm" | "chacha20-poly1305";

/** Up to this many bytes libsodium's WebAssembly beats OpenSSL, whose cipher objects cost more than the bytes. */
const sodiumLength = 2048;

/** AES-128-GCM by node:crypto; ChaCha20-Poly1305 by whichever is faster at the length. */
export function createAead(chaCha: ChaCha20Poly1305): Pick<CryptoProvider, "aeadSeal" | "aeadOpen"> {
  return {
    aeadSeal(algorithm, key, nonce, aad, plaintext) {
      checkAeadLengths(algorithm, key, nonce);
      return algorithm === "ChaCha20-Poly1305" && plaintext.length <= sodiumLength
        ? chaCha.seal(key, nonce, aad, plaintext)
        : seal(cipherNames[algorithm], key, nonce, aad, plaintext);
    },

    aeadOpen(algorithm, key, nonce, aad, ciphertext) {
      checkAeadLengths(algorithm, key, nonce);
      if (ciphertext.length < aeadTagLength) return undefined;
      return algorithm === "ChaCha20-Poly1305" && ciphertext.length <= sodiumLength
        ? chaCha.open(key, nonce, aad, ciphertext)
        : open(cipherNames[algorithm], key, nonce, aad, ciphertext);
    },
  };
}

function seal(
  name: CipherName,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(name as "chacha20-poly1305", key, nonce, { authTagLength: aeadTagLength });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const ciphertext = new Uint8Array(plaintext.length + aeadTagLength);
  ciphertext.set(cipher.update(plaintext));
  cipher.final();
  ciphertext.set(cipher.getAuthTag(), plaintext.length);
  return ciphertext;
}

function open(
  name: CipherName,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const plaintextLength = ciphertext.length - aeadTagLength;
  const decipher = createDecipheriv(name as "chacha20-poly1305", key, nonce, { authTagLength: aeadTagLength });
  decipher.setAAD(aad, { plaintextLength });
  decipher.setAuthTag(ciphertext.subarray(plaintextLength));
  const buffer = decipher.update(ciphertext.subarray(0, plaintextLength));
  try {
    decipher.final();
  } catch {
    // What OpenSSL says is that the tag does not match.
    wipe(buffer);
    return undefined;
  }
  const plaintext = new Uint8Array(buffer);
  wipe(buffer);
  return plaintext;
}
