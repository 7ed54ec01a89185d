/**
 * A lifetime (RFC 9420 §7.2) of four weeks, from an hour ago, in seconds since 1970. Said explicitly
 * because the defaults differ: ts-mls 1.6.4 writes one without end, which others may refuse.
 */
export function keyPackageLifetime(): { notBefore: bigint; notAfter: bigint } {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return { notBefore: now - 3600n, notAfter: now + 28n * 86400n };
}

/** Whether two byte strings are equal. Not in constant time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
