import { createPublicKey, generateKeyPairSync, sign, verify as verifyBy } from "node:crypto";

/** RFC 8410: what stands before an Ed25519 public key in SPKI. */
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** A fresh Ed25519 key. */
export function newSigner() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" });
  return {
    publicKey: Uint8Array.from(spki.subarray(publicPrefix.length)),
    sign: (message: Uint8Array) => Uint8Array.from(sign(null, message, privateKey)),
  };
}

/** Whether an Ed25519 signature holds. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: "der", type: "spki" });
  return verifyBy(null, message, key, signature);
}
