import type { AeadAlgorithm, HashAlgorithm, KemAlgorithm, SignatureAlgorithm } from "./provider.js";

/** The parts of a cipher suite of RFC 9420 §17.1. */
export interface SuiteParameters {
  readonly name: string;
  readonly kem: KemAlgorithm;
  readonly hash: HashAlgorithm;
  readonly aead: AeadAlgorithm;
  readonly signature: SignatureAlgorithm;
}

/** Our cipher suites by their value in the registry; 0xF00E is of the private range. */
export const suiteTable: ReadonlyMap<number, SuiteParameters> = new Map<number, SuiteParameters>([
  [
    1,
    {
      name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
      kem: "DHKEM-X25519",
      hash: "SHA-256",
      aead: "AES-128-GCM",
      signature: "Ed25519",
    },
  ],
  [
    2,
    {
      name: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
      kem: "DHKEM-P256",
      hash: "SHA-256",
      aead: "AES-128-GCM",
      signature: "ECDSA-P256-SHA256",
    },
  ],
  [
    3,
    {
      name: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
      kem: "DHKEM-X25519",
      hash: "SHA-256",
      aead: "ChaCha20-Poly1305",
      signature: "Ed25519",
    },
  ],
  [
    0xf00e,
    {
      name: "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519",
      kem: "X-Wing",
      hash: "SHA-512",
      aead: "ChaCha20-Poly1305",
      signature: "Ed25519",
    },
  ],
]);

/** The values that `createCipherSuite` takes. */
export const cipherSuiteIds: readonly number[] = [...suiteTable.keys()];

/** What each hash gives: length in bytes, and the identifier of its HKDF in the HPKE registry (RFC 9180 §7.2). */
export const hashTable = {
  "SHA-256": { length: 32, kdfId: 0x0001 },
  "SHA-512": { length: 64, kdfId: 0x0003 },
} as const satisfies Record<HashAlgorithm, { length: number; kdfId: number }>;

/** Nk, Nn and the identifier of the HPKE registry (RFC 9180 §7.3). The tag has 16 bytes in both. */
export const aeadTable = {
  "AES-128-GCM": { keyLength: 16, nonceLength: 12, aeadId: 0x0001 },
  "ChaCha20-Poly1305": { keyLength: 32, nonceLength: 12, aeadId: 0x0003 },
} as const satisfies Record<AeadAlgorithm, { keyLength: number; nonceLength: number; aeadId: number }>;
