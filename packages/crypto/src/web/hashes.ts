import { sha256 } from "@noble/hashes/sha2.js";
import { createHmac } from "../primitives/hmac.js";
import type { CryptoProvider } from "../provider.js";
import type { Sodium } from "../sodium/load-sodium.js";

/** SHA-512 by libsodium; SHA-256, which its standard build does not export, by noble; HMAC over both. */
export function createHashes(sodium: Sodium): Pick<CryptoProvider, "hash" | "hmac"> {
  const sha512 = (data: Uint8Array) => sodium.crypto_hash(data);
  const hmacSha256 = createHmac(sha256, 64, 32);
  const hmacSha512 = createHmac(sha512, 128, 64);

  return {
    hash: (algorithm, data) => (algorithm === "SHA-256" ? sha256(data) : sha512(data)),
    hmac: (algorithm, key, data) => (algorithm === "SHA-256" ? hmacSha256(key, data) : hmacSha512(key, data)),
  };
}
