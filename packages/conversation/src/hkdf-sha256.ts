import { asSecret, type Secret } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";

/** HKDF-Expand with SHA-256 (RFC 5869 §2.3) of a uniformly random secret to one block of 32 bytes. */
export function expandSha256(provider: CryptoProvider, secret: Secret, info: Uint8Array): Secret<32> {
  const input = new Uint8Array(info.length + 1);
  input.set(info);
  input[info.length] = 1;
  return asSecret<32>(provider.hmac("SHA-256", secret, input));
}
