import { concatBytes, type Secret, utf8, wipe } from "@redoubt/base";
import type { Hkdf } from "../hkdf.js";

const version = utf8("HPKE-v1");

/** LabeledExtract and LabeledExpand of RFC 9180 §4, for one `suite_id`. */
export class LabeledKdf {
  readonly #hkdf: Hkdf;
  readonly #prefix: Uint8Array;

  /** @param suiteId "KEM" or "HPKE" with the identifiers of the algorithms, as RFC 9180 §4.1 and §5.1 say */
  constructor(hkdf: Hkdf, suiteId: Uint8Array) {
    this.#hkdf = hkdf;
    this.#prefix = concatBytes(version, suiteId);
  }

  extract(salt: Uint8Array, label: Uint8Array, inputKeyMaterial: Uint8Array): Secret {
    const labeled = concatBytes(this.#prefix, label, inputKeyMaterial);
    const pseudorandomKey = this.#hkdf.extract(salt, labeled);
    wipe(labeled);
    return pseudorandomKey;
  }

  /** @param length in bytes, below 2^16 and at most 255 * Nh */
  expand(pseudorandomKey: Uint8Array, label: Uint8Array, info: Uint8Array, length: number): Secret {
    const labeled = concatBytes(twoBytes(length), this.#prefix, label, info);
    return this.#hkdf.expand(pseudorandomKey, labeled, length);
  }
}

/** I2OSP(value, 2) of RFC 8017. */
export function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}
