import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { Ed25519Sign, Ed25519Verify, Sha256 } from "@redoubt/base";

const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

export const sha256: Sha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

const privateKey = (seed: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: "der", type: "pkcs8" });

export const publicKeyOf = (seed: Uint8Array) =>
  new Uint8Array(createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" }).subarray(-32));

export const signBy =
  (seed: Uint8Array): Ed25519Sign =>
  (message) =>
    new Uint8Array(sign(null, message, privateKey(seed)));

export const verifyEd25519: Ed25519Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: "der", type: "spki" }),
    signature,
  );
