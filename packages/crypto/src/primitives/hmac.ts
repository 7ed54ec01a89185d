import { wipe } from "@redoubt/base";

/** Data up to this length is hashed from a buffer that is kept. */
const keptDataLength = 512;

/**
 * HMAC (RFC 2104) from a one-shot hash. For the short inputs of a key schedule this is faster than the streaming
 * HMAC of the platforms, whose set-up costs more than the two hashes.
 *
 * @param hash gives a fresh array; does not keep its input
 * @param blockLength of the hash in bytes: 64 for SHA-256, 128 for SHA-512
 * @param hashLength in bytes
 */
export function createHmac(
  hash: (data: Uint8Array) => Uint8Array,
  blockLength: number,
  hashLength: number,
): (key: Uint8Array, data: Uint8Array) => Uint8Array {
  // Both are zero between calls.
  const keptInner = new Uint8Array(blockLength + keptDataLength);
  const outer = new Uint8Array(blockLength + hashLength);

  return (key, data) => {
    const innerLength = blockLength + data.length;
    const inner = data.length <= keptDataLength ? keptInner.subarray(0, innerLength) : new Uint8Array(innerLength);
    const hashedKey = key.length > blockLength ? hash(key) : undefined;
    const blockKey = hashedKey ?? key;
    inner.set(blockKey);
    outer.set(blockKey);
    for (let i = 0; i < blockLength; i++) {
      inner[i] = (inner[i] as number) ^ 0x36;
      outer[i] = (outer[i] as number) ^ 0x5c;
    }
    inner.set(data, blockLength);
    const innerHash = hash(inner);
    outer.set(innerHash, blockLength);
    const mac = hash(outer);
    wipe(inner, outer, innerHash);
    if (hashedKey !== undefined) wipe(hashedKey);
    return mac;
  };
}
