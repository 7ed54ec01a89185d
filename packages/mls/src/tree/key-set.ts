import { bytesKey } from "@redoubt/base";

/** Keys that begin alike and are compared one by one; no more of them do by chance. */
const fewAlike = 8;

/**
 * A set of public keys that finds a key by its first bytes, so that long ones need no hashing. Keys that begin alike
 * on purpose are found by all of their bytes: no choice of keys makes members compare each with each.
 */
export class KeySet {
  readonly #byPrefix = new Map<number, Uint8Array[]>();
  readonly #crowded = new Set<string>();

  has(key: Uint8Array): boolean {
    const slot = this.#byPrefix.get(prefix(key));
    if (slot === undefined) return false;
    return slot.some((other) => isSame(other, key)) || (slot.length >= fewAlike && this.#crowded.has(bytesKey(key)));
  }

  /** @returns false if the key was there before */
  add(key: Uint8Array): boolean {
    if (this.has(key)) return false;
    const start = prefix(key);
    const slot = this.#byPrefix.get(start);
    if (slot === undefined) this.#byPrefix.set(start, [key]);
    else if (slot.length < fewAlike) slot.push(key);
    else this.#crowded.add(bytesKey(key));
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
