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
 * The provider for browsers and their workers: libsodium in WebAssembly, and noble for what its standard build lacks.
 * It fetches nothing and evaluates no text; the page's policy must allow `wasm-unsafe-eval`.
 *
 * @throws CryptoError `unavailable` where WebAssembly is missing or not allowed
 */
export async function createWebProvider(): Promise<CryptoProvider> {
  const sodium = await loadSodium();
  const hashes = createHashes(sodium);
  const hkdf = createHkdf((key, data) => hashes.hmac("SHA-256", key, data), 32);
  const x25519 = createX25519Group(sodium);
  const p256 = createP256Group();

  return {
    name: "web",
    random: createPooledRandom((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)),
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
