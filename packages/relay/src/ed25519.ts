import { createPublicKey, verify } from "node:crypto";
import { equalBytes } from "@redoubt/base";

/** The DER of an Ed25519 public key (RFC 8410) up to its 32 bytes. */
const derPrefix = Buffer.from("302a300506032b6570032100", "hex");
/** The field's prime 2^255 - 19, little-endian. */
const prime = littleEndian("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
/** The y coordinates of the points of small order, canonical and little-endian. */
const smallOrder = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000001",
  "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
  "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
  "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d7b6a17c7",
].map(littleEndian);

/**
 * Verifies an Ed25519 signature (RFC 8032 §5.1.7) as strictly as clients do: OpenSSL refuses scalars that are not
 * reduced; keys and nonce points that are not canonical or of small order are refused here.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isSoundPoint(publicKey) || !isSoundPoint(signature.subarray(0, 32))) return false;
  const key = createPublicKey({ key: Buffer.concat([derPrefix, publicKey]), format: "der", type: "spki" });
  return verify(null, message, key, signature);
}

function isSoundPoint(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] as number) & 0x7f;
  return isBelow(y, prime) && !smallOrder.some((weak) => equalBytes(weak, y));
}

/** Whether a little-endian number is below another of the same length. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = a.length - 1; i >= 0; i--) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}

function littleEndian(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex").reverse());
}
