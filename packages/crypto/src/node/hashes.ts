import { hash } from "node:crypto";
import { createHmac } from "../primitives/hmac.js";
import type { CryptoProvider } from "../provider.js";
import type { Sodium } from "../sodium/load-sodium.js";
import { plainBytes } from "./plain-bytes.js";

/** Up to this many bytes SHA-512 of libsodium's WebAssembly beats a call of OpenSSL. */
const sodiumLength = 512;

/** SHA-2 and HMAC by one-shot hashes. */
export function createHashes(sodium: Sodium): Pick<CryptoProvider, "hash" | "hmac"> {
  const sha256 = (data: Uint8Array) => plainBytes(hash("sha256", data, "buffer"));
  const sha512 = (data: Uint8Array) =>
    data.length <= sodiumLength ? sodium.crypto_hash(data) : plainBytes(hash("sha512", data, "buffer"));
  const hmacSha256 = createHmac(sha256, 64, 32);
  const hmacSha512 = createHmac(sha512, 128, 64);

  return {
    hash: (algorithm, data) => (algorithm === "SHA-256" ? sha256(data) : sha512(data)),
    hmac: (algorithm, key, data) => (algorithm === "SHA-256" ? hmacSha256(key, data) : hmacSha512(key, data)),
  };
}
