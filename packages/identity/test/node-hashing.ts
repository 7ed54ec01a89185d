import { createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import type { Hashing, Signer } from "../src/index.js";

/** RFC 8410: what stands before a 32-byte Ed25519 seed in PKCS #8, and before a public key in SPKI. */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The ports over node:crypto. */
export const hashing: Hashing = {
  sha256: (bytes) => Uint8Array.from(hash("sha256", bytes, "buffer")),
  sha512: (bytes) => Uint8Array.from(hash("sha512", bytes, "buffer")),
  verify(publicKey, message, signature) {
    try {
      const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: "der", type: "spki" });
      return verify(null, message, key, signature);
    } catch {
      return false;
    }
  },
};

/** An Ed25519 key from its seed of 32 bytes. */
export function signerOf(seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(publicPrefix.length);
  return {
    publicKey: Uint8Array.from(publicKey),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}

/** Key number `n` of the tests: its seed is SHA-256 of the label and the number. */
export function numberedSigner(label: string, n: number): Signer {
  return signerOf(hashing.sha256(Buffer.from(`${label} ${n}`)));
}
