/** A set of public keys that finds a key by its first bytes, so that long ones need no hashing. */
export class KeySet {
  readonly #byPrefix = new Map<number, Uint8Array[]>();

  has(key: Uint8Array): boolean {
    return this.#byPrefix.get(prefix(key))?.some((other) => isSame(other, key)) ?? false;
  }

  /** @returns false if the key was there before */
  add(key: Uint8Array): boolean {
    const slot = this.#byPrefix.get(prefix(key));
    if (slot === undefined) this.#byPrefix.set(prefix(key), [key]);
    else if (slot.some((other) => isSame(other, key))) return false;
    else slot.push(key);
    return true;
  }
}

function prefix(key: Uint8Array): number {
  return ((key[0] ?? 0) * 0x1000000 + ((key[1] ?? 0) << 16) + ((key[2] ?? 0) << 8) + (key[3] ?? 0)) * 8 + (key[4] ?? 0);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
