import { type Clock, concatBytes, type Random, type Sha256, utf8 } from "@redoubt/base";
import { domains } from "@redoubt/wire";

const hour = 3_600_000;
const domain = utf8(domains.stamp);

/** Proof of work: a stamp costs its maker about 2^bits hashes, and holds for one context and at most two hours. */
export class Stamps {
  readonly bits: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sha256: Sha256;
  #salt: Uint8Array;
  #previous: Uint8Array;
  #since: number;

  constructor(ports: { readonly clock: Clock; readonly random: Random; readonly sha256: Sha256 }, bits: number) {
    this.bits = bits;
    this.#clock = ports.clock;
    this.#random = ports.random;
    this.#sha256 = ports.sha256;
    this.#salt = ports.random(16);
    this.#previous = this.#salt;
    this.#since = ports.clock();
  }

  /** The salt that new stamps are made with, 16 bytes. Changes every hour. */
  salt(): Uint8Array {
    const age = this.#clock() - this.#since;
    if (age < hour && age >= 0) return this.#salt;
    this.#previous = age >= 2 * hour || age < 0 ? this.#random(16) : this.#salt;
    this.#salt = this.#random(16);
    this.#since = this.#clock();
    return this.#salt;
  }

  /**
   * Whether a stamp is good with the current salt or the one before.
   *
   * @param context 32 bytes: what the stamp is for
   * @param stamp 8 bytes
   */
  accepts(context: Uint8Array, stamp: Uint8Array): boolean {
    return [this.salt(), this.#previous].some(
      (salt) => leadingZeroBits(this.#sha256(concatBytes(domain, salt, context, stamp))) >= this.bits,
    );
  }
}

function leadingZeroBits(bytes: Uint8Array): number {
  let bits = 0;
  for (const byte of bytes) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
