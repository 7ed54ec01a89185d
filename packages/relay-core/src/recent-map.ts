/**
 * A map that keeps what was used last and forgets the rest: between half and all of `capacity`. Two generations, so that
 * forgetting costs nothing; taking the oldest key of one large Map costs more the more were taken before.
 */
export class RecentMap<V> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(capacity: number) {
    this.#half = capacity / 2;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  *entries(): Generator<[string, V]> {
    yield* this.#young;
    yield* this.#old;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
