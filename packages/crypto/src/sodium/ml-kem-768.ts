import { CryptoError } from "../crypto-error.js";
import type { KeyPair } from "../provider.js";
import type { Sodium } from "./load-sodium.js";

/** Lengths of ML-KEM-768 (FIPS 203 §8) in bytes. */
export const mlKem768Lengths = { seed: 64, publicKey: 1184, privateKey: 2400, ciphertext: 1088 } as const;

/** ML-KEM-768 (FIPS 203). */
export interface MlKem768 {
  /** ML-KEM.KeyGen_internal. @param seed 64 bytes: d, z */
  deriveKeyPair(seed: Uint8Array): KeyPair;
  /** ML-KEM.Encaps_internal. @param seed 32 bytes: m; `undefined` for a public key that FIPS 203 §7.2 refuses */
  encapsulate(
    publicKey: Uint8Array,
    seed: Uint8Array,
  ): { readonly sharedSecret: Uint8Array; readonly ciphertext: Uint8Array } | undefined;
  /** ML-KEM.Decaps. A forged ciphertext of the right length gives a secret that nobody else has. */
  decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

/** ML-KEM-768 by libsodium. */
export function createMlKem768(sodium: Sodium): MlKem768 {
  return {
    deriveKeyPair(seed) {
      const { privateKey, publicKey } = sodium.crypto_kem_mlkem768_seed_keypair(seed);
      return { privateKey, publicKey };
    },

    encapsulate(publicKey, seed) {
      if (seed.length !== 32) throw new CryptoError("bad-length", `a seed of ${seed.length} bytes, not 32`);
      if (!isMlKem768PublicKey(publicKey)) return undefined;
      return sodium.crypto_kem_mlkem768_enc_deterministic(publicKey, seed);
    },

    decapsulate: (privateKey, ciphertext) => sodium.crypto_kem_mlkem768_dec(ciphertext, privateKey),
  };
}

const modulus = 3329;

/** The checks of FIPS 203 §7.2 on an encapsulation key: its length, and that every coefficient is reduced. */
export function isMlKem768PublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== mlKem768Lengths.publicKey) return false;
  // Two coefficients of 12 bits in three bytes; the last 32 bytes are a seed.
  for (let i = 0; i < 1152; i += 3) {
    const middle = bytes[i + 1] as number;
    const first = (bytes[i] as number) | ((middle & 0x0f) << 8);
    const second = (middle >> 4) | ((bytes[i + 2] as number) << 4);
    if (first >= modulus || second >= modulus) return false;
  }
  return true;
}
