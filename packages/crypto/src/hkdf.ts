import { asSecret, type Secret, wipe } from "@redoubt/base";
import { CryptoError } from "./crypto-error.js";

/** HKDF (RFC 5869) with one hash. */
export interface Hkdf {
  /** Nh: the length of the hash, of a pseudorandom key and of an output block, in bytes. */
  readonly hashLength: number;
  /** HKDF-Extract (RFC 5869 §2.2). */
  extract(salt: Uint8Array, inputKeyMaterial: Uint8Array): Secret;
  /**
   * HKDF-Expand (RFC 5869 §2.3).
   * @param length in bytes, at most 255 * hashLength
   * @throws CryptoError `bad-length` above that
   */
  expand(pseudorandomKey: Uint8Array, info: Uint8Array, length: number): Secret;
}

/**
 * HKDF over an HMAC.
 * @param hmac the HMAC of a hash of `hashLength` bytes; takes a key of any length and gives a fresh array
 */
export function createHkdf(hmac: (key: Uint8Array, data: Uint8Array) => Uint8Array, hashLength: number): Hkdf {
  /** T(1), which is all that MLS ever needs. */
  function expandOneBlock(pseudorandomKey: Uint8Array, info: Uint8Array, length: number): Secret {
    const input = new Uint8Array(info.length + 1);
    input.set(info);
    input[info.length] = 1;
    const block = hmac(pseudorandomKey, input);
    if (length === hashLength) return asSecret(block);
    const output = block.slice(0, length);
    wipe(block);
    return asSecret(output);
  }

  return {
    hashLength,

    extract(salt, inputKeyMaterial) {
      return asSecret(hmac(salt, inputKeyMaterial));
    },

    expand(pseudorandomKey, info, length) {
      if (!Number.isInteger(length) || length < 0 || length > 255 * hashLength) {
        throw new CryptoError("bad-length", `HKDF-Expand to ${length} bytes`);
      }
      if (length <= hashLength) return expandOneBlock(pseudorandomKey, info, length);
      // T(n - 1) | info | n; T(0) is empty.
      const input = new Uint8Array(hashLength + info.length + 1);
      input.set(info, hashLength);
      const output = new Uint8Array(length);
      for (let offset = 0, counter = 1; offset < length; offset += hashLength, counter++) {
        input[input.length - 1] = counter;
        const block = hmac(pseudorandomKey, counter === 1 ? input.subarray(hashLength) : input);
        output.set(length - offset < hashLength ? block.subarray(0, length - offset) : block, offset);
        input.set(block);
        wipe(block);
      }
      wipe(input);
      return asSecret(output);
    },
  };
}
