import { CryptoError } from "./crypto-error.js";

/**
 * What a private key expands to, computed once per key. Keyed weakly by the array itself, so an entry lives no longer
 * than the caller's array, and the caller must not write another key into the same array.
 *
 * A wiped array (all zeros) is refused and its entry dropped. Wiping alone leaves the expanded form in memory until
 * the array is used once more or collected; no platform lets us observe a write to an array.
 */
export class PrivateKeyCache<Expanded> {
  readonly #entries = new WeakMap<Uint8Array, Expanded>();
  readonly #length: number;
  readonly #expand: (privateKey: Uint8Array) => Expanded;
  readonly #dispose: (expanded: Expanded) => void;

  /**
   * @param length of a private key in bytes
   * @param expand may throw CryptoError `bad-key`
   * @param dispose overwrites an entry that is dropped
   */
  constructor(
    length: number,
    expand: (privateKey: Uint8Array) => Expanded,
    dispose: (expanded: Expanded) => void = () => {},
  ) {
    this.#length = length;
    this.#expand = expand;
    this.#dispose = dispose;
  }

  /** @throws CryptoError `bad-key` if the key has the wrong length, is all zeros, or does not expand */
  get(privateKey: Uint8Array): Expanded {
    const known = this.#entries.get(privateKey);
    if (isZero(privateKey)) {
      if (known !== undefined) {
        this.#entries.delete(privateKey);
        this.#dispose(known);
      }
      throw new CryptoError("bad-key", "the private key is empty or wiped");
    }
    if (known !== undefined) return known;
    if (privateKey.length !== this.#length) {
      throw new CryptoError("bad-key", `a private key of ${privateKey.length} bytes, not ${this.#length}`);
    }
    const expanded = this.#expand(privateKey);
    this.#entries.set(privateKey, expanded);
    return expanded;
  }
}

function isZero(bytes: Uint8Array): boolean {
  let seen = 0;
  for (const byte of bytes) seen |= byte;
  return seen === 0;
}
