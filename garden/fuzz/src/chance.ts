/** Choices that a seed decides: the same seed, the same case (splitmix32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits. */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** From 0 up to, and not including, `end`. */
  below(end: number): number {
    return this.word() % Math.max(1, end);
  }

  /** Whether something that happens once in `times` does. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(among: readonly T[]): T {
    return among[this.below(among.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 0xff);
  }
}
