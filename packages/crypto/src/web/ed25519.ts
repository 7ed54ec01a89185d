import { wipe } from "@redoubt/base";
import { PrivateKeyCache } from "../private-key-cache.js";
import type { SignatureProvider } from "../provider.js";
import type { Sodium } from "../sodium/load-sodium.js";
import { verifyEd25519 } from "../sodium/verify-ed25519.js";

/** Ed25519 (RFC 8032) by libsodium. */
export function createEd25519(sodium: Sodium): SignatureProvider {
  const pairs = new PrivateKeyCache(
    32,
    (privateKey) => sodium.crypto_sign_seed_keypair(privateKey),
    (pair) => wipe(pair.privateKey),
  );

  return {
    publicKeyLength: 32,

    generateKeyPair(random) {
      const privateKey = random(32);
      return { privateKey, publicKey: pairs.get(privateKey).publicKey.slice() };
    },

    sign: (privateKey, data) => sodium.crypto_sign_detached(data, pairs.get(privateKey).privateKey),
    verify: (publicKey, data, signature) => verifyEd25519(sodium, publicKey, data, signature),
  };
}
