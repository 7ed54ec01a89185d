import { wipe } from "@redoubt/base";

/** Data up to this length is hashed from a buffer that is kept. */
const keptDataLength = 512;

const innerPad = 0x36;
const outerPad = 0x5c;

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
  // Between calls both hold the padding of an empty key and zeros, no secret.
  const keptInner = new Uint8Array(blockLength + keptDataLength).fill(innerPad, 0, blockLength);
  const outer = new Uint8Array(blockLength + hashLength).fill(outerPad, 0, blockLength);

  return (key, data) => {
    const innerLength = blockLength + data.length;
    const inner =
      data.length <= keptDataLength
        ? keptInner.subarray(0, innerLength)
        : new Uint8Array(innerLength).fill(innerPad, 0, blockLength);
    const hashedKey = key.length > blockLength ? hash(key) : undefined;
    const blockKey = hashedKey ?? key;
    for (let i = 0; i < blockKey.length; i++) {
      const byte = blockKey[i] as number;
      inner[i] = byte ^ innerPad;
      outer[i] = byte ^ outerPad;
    }
    inner.set(data, blockLength);
    const innerHash = hash(inner);
    outer.set(innerHash, blockLength);
    const mac = hash(outer);
    inner.fill(innerPad, 0, blockLength).fill(0, blockLength);
    outer.fill(outerPad, 0, blockLength).fill(0, blockLength);
    wipe(innerHash);
    if (hashedKey !== undefined) wipe(hashedKey);
    return mac;
  };
}
