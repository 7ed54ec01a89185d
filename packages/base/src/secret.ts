declare const secretLength: unique symbol;

/**
 * Bytes that must not outlive their use: never logged, never in an error, wiped by whoever owns them last.
 * `N` is the length in bytes where it is fixed.
 */
export type Secret<N extends number = number> = Uint8Array & { readonly [secretLength]: N };

/** Marks bytes as secret. The caller hands over ownership. */
export function asSecret<N extends number = number>(bytes: Uint8Array): Secret<N> {
  return bytes as Secret<N>;
}

/** Overwrites bytes with zeros, in place. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
