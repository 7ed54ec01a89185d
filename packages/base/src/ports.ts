/**
 * A source of cryptographically secure random bytes. Implementations: the crypto providers; in tests a seeded one.
 * Each call returns a fresh array of exactly `length` bytes that the caller owns.
 */
export type Random = (length: number) => Uint8Array;

/** The time in whole milliseconds since 1970-01-01T00:00Z. May jump, also backwards. */
export type Clock = () => number;

/** SHA-256 (FIPS 180-4): 32 bytes that the caller owns. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * Whether an Ed25519 signature (RFC 8032 §5.1, 64 bytes) by a public key (32 bytes) over a message holds.
 * Never throws: a key or signature of a wrong form is a signature that does not hold.
 */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Signs a message by Ed25519 (RFC 8032 §5.1) with the key that it stands for: 64 bytes that the caller owns. */
export type Ed25519Sign = (message: Uint8Array) => Uint8Array;
