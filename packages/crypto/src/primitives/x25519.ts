/** The u-coordinates of small order, little-endian, as RFC 7748 §5 reads them: 0, 1, two of order 8, p - 1, p, p + 1. */
const smallOrder: readonly Uint8Array[] = [
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
].map((hex) => Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)));

/**
 * Whether the bytes are an X25519 public key that agrees on a secret which is not all zeros with every private key
 * (RFC 7748 §6.1). The top bit is ignored, as in the function itself.
 */
export function isX25519PublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  return !smallOrder.some((point) =>
    point.every((byte, i) => byte === ((bytes[i] as number) & (i === 31 ? 0x7f : 0xff))),
  );
}
