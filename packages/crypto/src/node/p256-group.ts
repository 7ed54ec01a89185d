import { createECDH } from "node:crypto";
import type { DhGroup } from "../kem/dh-group.js";
import { checkP256Scalar, isP256Point, p256PointLength, p256ScalarLength } from "../primitives/p256.js";
import { PrivateKeyCache } from "../private-key-cache.js";
import { plainBytes } from "./plain-bytes.js";

/** ECDH on P-256 (RFC 9180 §7.1) by node:crypto. */
export function createP256Group(): DhGroup {
  const privateKeys = new PrivateKeyCache(p256ScalarLength, (privateKey) => {
    checkP256Scalar(privateKey);
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(privateKey);
    return ecdh;
  });

  return {
    publicKeyLength: p256PointLength,
    privateKeyLength: p256ScalarLength,
    publicKey: (privateKey) => plainBytes(privateKeys.get(privateKey).getPublicKey()),

    agree(privateKey, publicKey) {
      const ecdh = privateKeys.get(privateKey);
      return isP256Point(publicKey) ? plainBytes(ecdh.computeSecret(publicKey)) : undefined;
    },

    isPublicKey: isP256Point,
  };
}
