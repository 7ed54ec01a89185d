import { type Random, toHex } from "@redoubt/base";
import { CryptoError } from "../crypto-error.js";

/** Bytes of an uncompressed point (SEC 1 §2.3.3): 0x04, x, y. */
export const p256PointLength = 65;
/** Bytes of a scalar or a coordinate. */
export const p256ScalarLength = 32;

// The curve of FIPS 186-5: y² = x³ - 3x + b over the integers modulo `prime`, with a group of prime order `order`.
const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Whether the bytes are a private key: a big-endian number in [1, order - 1]. */
export function isP256Scalar(bytes: Uint8Array): boolean {
  if (bytes.length !== p256ScalarLength) return false;
  const value = toBigInt(bytes);
  return value > 0n && value < order;
}

/** @throws CryptoError `bad-key` if the bytes are not a private key */
export function checkP256Scalar(bytes: Uint8Array): void {
  if (!isP256Scalar(bytes)) throw new CryptoError("bad-key", "the private key is not a scalar of P-256");
}

/** A private key by rejection: almost always the first 32 bytes that are drawn. */
export function generateP256Scalar(random: Random): Uint8Array {
  for (;;) {
    const candidate = random(p256ScalarLength);
    if (isP256Scalar(candidate)) return candidate;
  }
}

/** Whether the bytes are an uncompressed point of the curve. The cofactor is 1: every point but infinity will do. */
export function isP256Point(bytes: Uint8Array): boolean {
  if (bytes.length !== p256PointLength || bytes[0] !== 0x04) return false;
  const x = toBigInt(bytes.subarray(1, 33));
  const y = toBigInt(bytes.subarray(33));
  if (x >= prime || y >= prime) return false;
  return (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}
