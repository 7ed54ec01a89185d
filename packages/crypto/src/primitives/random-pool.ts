import type { Random } from "@redoubt/base";
import { CryptoError } from "../crypto-error.js";

const poolLength = 4096;
/** Longer draws go around the pool. */
const pooledLength = 256;
/** The most that one call of the platform's source may be asked for (Web Cryptography §10.1.1). */
const fillLength = 65536;

/**
 * Random bytes by the pool: a call of the platform's source costs more than the bytes. What is handed out is copied
 * and at once overwritten in the pool, so that no byte is given twice or kept.
 *
 * @param fill overwrites the array (of at most 65,536 bytes) with bytes of a cryptographically secure source
 */
export function createPooledRandom(fill: (bytes: Uint8Array) => void): Random {
  const pool = new Uint8Array(poolLength);
  let used = poolLength;

  return (length) => {
    if (!Number.isSafeInteger(length) || length < 0) throw new CryptoError("bad-length", `${length} random bytes`);
    const bytes = new Uint8Array(length);
    if (length > pooledLength) {
      for (let i = 0; i < length; i += fillLength) fill(bytes.subarray(i, i + fillLength));
      return bytes;
    }
    if (used + length > poolLength) {
      fill(pool);
      used = 0;
    }
    bytes.set(pool.subarray(used, used + length));
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}
