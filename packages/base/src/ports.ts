/**
 * A source of cryptographically secure random bytes. Implementations: the crypto providers; in tests a seeded one.
 * Each call returns a fresh array of exactly `length` bytes that the caller owns.
 */
export type Random = (length: number) => Uint8Array;
