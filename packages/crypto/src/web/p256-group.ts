import { p256 } from "@noble/curves/nist.js";
import { wipe } from "@redoubt/base";
import type { DhGroup } from "../kem/dh-group.js";
import { checkP256Scalar, isP256Point, p256PointLength, p256ScalarLength } from "../primitives/p256.js";
import { PrivateKeyCache } from "../private-key-cache.js";

/** ECDH on P-256 (RFC 9180 §7.1) by noble. */
export function createP256Group(): DhGroup {
  const publicKeys = new PrivateKeyCache(p256ScalarLength, (privateKey) => {
    checkP256Scalar(privateKey);
    return p256.getPublicKey(privateKey, false);
  });

  return {
    publicKeyLength: p256PointLength,
    privateKeyLength: p256ScalarLength,
    publicKey: (privateKey) => publicKeys.get(privateKey).slice(),

    agree(privateKey, publicKey) {
      checkP256Scalar(privateKey);
      if (!isP256Point(publicKey)) return undefined;
      const point = p256.getSharedSecret(privateKey, publicKey, false);
      const xCoordinate = point.slice(1, 33);
      wipe(point);
      return xCoordinate;
    },

    isPublicKey: isP256Point,
  };
}
