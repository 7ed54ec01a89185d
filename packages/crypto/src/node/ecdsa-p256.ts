import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { DhGroup } from "../kem/dh-group.js";
import { generateP256Scalar, isP256Point, p256PointLength, p256ScalarLength } from "../primitives/p256.js";
import { PrivateKeyCache } from "../private-key-cache.js";
import type { SignatureProvider } from "../provider.js";
import { plainBytes } from "./plain-bytes.js";

/**
 * ECDSA on P-256 with SHA-256, signatures in DER (RFC 9420 §5.1.2), by node:crypto. The nonce of a signature comes
 * from OpenSSL.
 */
export function createEcdsaP256(group: DhGroup): SignatureProvider {
  const privateKeys = new PrivateKeyCache(p256ScalarLength, (privateKey) =>
    createPrivateKey({
      key: { ...publicJwk(group.publicKey(privateKey)), d: Buffer.from(privateKey).toString("base64url") },
      format: "jwk",
    }),
  );

  return {
    publicKeyLength: p256PointLength,

    generateKeyPair(random) {
      const privateKey = generateP256Scalar(random);
      return { privateKey, publicKey: group.publicKey(privateKey) };
    },

    sign: (privateKey, data) => plainBytes(sign("sha256", data, privateKeys.get(privateKey))),

    verify(publicKey, data, signature) {
      if (!isP256Point(publicKey)) return false;
      return verify("sha256", data, createPublicKey({ key: publicJwk(publicKey), format: "jwk" }), signature);
    },
  };
}

function publicJwk(point: Uint8Array) {
  const bytes = Buffer.from(point);
  return {
    kty: "EC",
    crv: "P-256",
    x: bytes.toString("base64url", 1, 33),
    y: bytes.toString("base64url", 33),
  };
}
