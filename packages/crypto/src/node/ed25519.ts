import { sign } from "node:crypto";
import { PrivateKeyCache } from "../private-key-cache.js";
import type { SignatureProvider } from "../provider.js";
import type { Sodium } from "../sodium/load-sodium.js";
import { verifyEd25519 } from "../sodium/verify-ed25519.js";
import { importOkpPrivateKey, okpPublicKey } from "./okp-keys.js";
import { plainBytes } from "./plain-bytes.js";

/** Ed25519 (RFC 8032): signing by node:crypto, which is faster; verification by libsodium, as in the browser. */
export function createEd25519(sodium: Sodium): SignatureProvider {
  const privateKeys = new PrivateKeyCache(32, (privateKey) => importOkpPrivateKey("Ed25519", privateKey));

  return {
    publicKeyLength: 32,

    generateKeyPair(random) {
      const privateKey = random(32);
      return { privateKey, publicKey: okpPublicKey(privateKeys.get(privateKey)) };
    },

    sign: (privateKey, data) => plainBytes(sign(null, data, privateKeys.get(privateKey))),
    verify: (publicKey, data, signature) => verifyEd25519(sodium, publicKey, data, signature),
  };
}
