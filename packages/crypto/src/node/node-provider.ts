import { randomFillSync } from "node:crypto";
import { createHkdf } from "../hkdf.js";
import { createP256Kem, createX25519Kem } from "../kem/dhkem.js";
import { createXWingKem } from "../kem/x-wing.js";
import { createPooledRandom } from "../primitives/random-pool.js";
import type { CryptoProvider } from "../provider.js";
import { createChaCha20Poly1305 } from "../sodium/chacha20-poly1305.js";
import { loadSodium } from "../sodium/load-sodium.js";
import { createMlKem768 } from "../sodium/ml-kem-768.js";
import { createAead } from "./aead.js";
import { createEcdsaP256 } from "./ecdsa-p256.js";
import { createEd25519 } from "./ed25519.js";
import { createHashes } from "./hashes.js";
import { createP256Group } from "./p256-group.js";
import { createX25519Group } from "./x25519-group.js";

/**
 * The provider for Node: node:crypto, and libsodium for ML-KEM-768, for what is short, and for verifying Ed25519.
 *
 * node:crypto keeps private keys as objects of OpenSSL, which no one can wipe: they live as long as the caller's array
 * (see `PrivateKeyCache`).
 */
export async function createNodeProvider(): Promise<CryptoProvider> {
  const sodium = await loadSodium();
  const hashes = createHashes(sodium);
  const hkdf = createHkdf((key, data) => hashes.hmac("SHA-256", key, data), 32);
  const x25519 = createX25519Group();
  const p256 = createP256Group();

  return {
    name: "node",
    random: createPooledRandom(randomFillSync),
    ...hashes,
    ...createAead(createChaCha20Poly1305(sodium)),
    signatures: { Ed25519: createEd25519(sodium), "ECDSA-P256-SHA256": createEcdsaP256(p256) },
    kems: {
      "DHKEM-X25519": createX25519Kem(x25519, hkdf),
      "DHKEM-P256": createP256Kem(p256, hkdf),
      "X-Wing": createXWingKem({
        mlKem: createMlKem768(sodium),
        x25519,
        sha3_256: (data) => sodium.crypto_hash_sha3256(data),
        shake256: (data, length) => sodium.crypto_xof_shake256(length, data),
      }),
    },
  };
}
