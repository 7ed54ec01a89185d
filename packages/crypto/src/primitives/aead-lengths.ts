import { CryptoError } from "../crypto-error.js";
import type { AeadAlgorithm } from "../provider.js";
import { aeadTable } from "../suite-table.js";

/** Bytes of the tag at the end of a ciphertext, in both AEADs. */
export const aeadTagLength = 16;

/** @throws CryptoError `bad-length` if the key or the nonce does not fit the algorithm */
export function checkAeadLengths(algorithm: AeadAlgorithm, key: Uint8Array, nonce: Uint8Array): void {
  const { keyLength, nonceLength } = aeadTable[algorithm];
  if (key.length !== keyLength) {
    throw new CryptoError("bad-length", `a key of ${key.length} bytes for ${algorithm}, not ${keyLength}`);
  }
  if (nonce.length !== nonceLength) {
    throw new CryptoError("bad-length", `a nonce of ${nonce.length} bytes for ${algorithm}, not ${nonceLength}`);
  }
}
