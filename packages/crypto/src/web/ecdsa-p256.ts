import { p256 } from "@noble/curves/nist.js";
import type { DhGroup } from "../kem/dh-group.js";
import { checkP256Scalar, generateP256Scalar, isP256Point, p256PointLength } from "../primitives/p256.js";
import type { SignatureProvider } from "../provider.js";

const encoding = { format: "der", lowS: false } as const;

/** ECDSA on P-256 with SHA-256, signatures in DER (RFC 9420 §5.1.2), by noble, with the nonces of RFC 6979. */
export function createEcdsaP256(group: DhGroup): SignatureProvider {
  return {
    publicKeyLength: p256PointLength,

    generateKeyPair(random) {
      const privateKey = generateP256Scalar(random);
      return { privateKey, publicKey: group.publicKey(privateKey) };
    },

    sign(privateKey, data) {
      checkP256Scalar(privateKey);
      return p256.sign(data, privateKey, encoding);
    },

    verify(publicKey, data, signature) {
      if (!isP256Point(publicKey)) return false;
      try {
        return p256.verify(signature, data, publicKey, encoding);
      } catch {
        // noble throws for a signature that is not DER.
        return false;
      }
    },
  };
}
