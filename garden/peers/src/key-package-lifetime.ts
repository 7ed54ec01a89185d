/**
 * A lifetime (RFC 9420 §7.2) of four weeks, from an hour ago, in seconds since 1970. Said explicitly
 * because the defaults differ: ts-mls 1.6.4 writes one without end, which others may refuse.
 */
export function keyPackageLifetime(): { notBefore: bigint; notAfter: bigint } {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return { notBefore: now - 3600n, notAfter: now + 28n * 86400n };
}
