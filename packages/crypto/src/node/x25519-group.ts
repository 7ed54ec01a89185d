import { diffieHellman } from "node:crypto";
import type { DhGroup } from "../kem/dh-group.js";
import { isX25519PublicKey } from "../primitives/x25519.js";
import { PrivateKeyCache } from "../private-key-cache.js";
import { importOkpPrivateKey, importOkpPublicKey, okpPublicKey } from "./okp-keys.js";
import { plainBytes } from "./plain-bytes.js";

/** X25519 (RFC 7748 §5) by node:crypto. */
export function createX25519Group(): DhGroup {
  const pairs = new PrivateKeyCache(32, (bytes) => {
    const privateKey = importOkpPrivateKey("X25519", bytes);
    return { privateKey, publicKey: okpPublicKey(privateKey) };
  });

  return {
    publicKeyLength: 32,
    privateKeyLength: 32,
    publicKey: (privateKey) => pairs.get(privateKey).publicKey.slice(),

    agree(privateKey, publicKey) {
      const pair = pairs.get(privateKey);
      if (publicKey.length !== 32) return undefined;
      const peer = importOkpPublicKey("X25519", publicKey);
      try {
        return plainBytes(diffieHellman({ privateKey: pair.privateKey, publicKey: peer }));
      } catch {
        // OpenSSL refuses the all-zero secret, and nothing else can be wrong with 32 bytes.
        return undefined;
      }
    },

    isPublicKey: isX25519PublicKey,
  };
}
