import type { Clock } from "@redoubt/base";
import type { BlobOp, Op } from "@redoubt/wire";

/** What is counted together. */
export type RateClass =
  | "connect"
  | "register"
  | "lookup"
  | "take"
  | "post"
  | "create"
  | "append"
  | "read"
  | "account"
  | "create-blob"
  | "write-blob"
  | "read-blob";

/** Most requests a minute from one address, in each class; as many may come at once. */
export type Rates = Readonly<Record<RateClass, number>>;

export const defaultRates: Rates = {
  connect: 600,
  register: 30,
  lookup: 300,
  take: 300,
  post: 600,
  create: 120,
  append: 12_000,
  read: 12_000,
  account: 1_200,
  "create-blob": 300,
  "write-blob": 6_000,
  "read-blob": 12_000,
};

/** The class of every operation. */
export const rateClasses: Readonly<Record<Op | BlobOp, RateClass>> = {
  register: "register",
  lookup: "lookup",
  "lookup-account": "lookup",
  "take-key-packages": "take",
  post: "post",
  "create-log": "create",
  prove: "read",
  append: "append",
  read: "read",
  watch: "read",
  unwatch: "read",
  "reset-log": "create",
  "log-counter": "read",
  "change-owner": "create",
  "delete-log": "create",
  "create-blob": "create-blob",
  "write-blob": "write-blob",
  "blob-offset": "write-blob",
  "read-blob": "read-blob",
  auth: "account",
  "append-entry": "account",
  "publish-key-packages": "account",
  "count-key-packages": "account",
  "set-token": "account",
  "read-inbox": "account",
  "watch-inbox": "account",
  "ack-inbox": "account",
};

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by address, in memory alone: an address is neither written nor logged. */
export class RateLimits {
  readonly #rates: Rates;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rates: Rates, clock: Clock) {
    this.#rates = rates;
    this.#clock = clock;
  }

  /**
   * Takes a token.
   *
   * @param address of the client, as the operator's network shows it
   * @returns 0, or the seconds until there will be a token
   */
  take(address: string, rateClass: RateClass): number {
    const perMinute = this.#rates[rateClass];
    const now = this.#clock();
    const key = `${rateClass} ${address}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: perMinute, at: now };
      this.#buckets.set(key, bucket);
    }
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(perMinute, bucket.tokens + (passed * perMinute) / 60_000);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) * 60) / perMinute));
    bucket.tokens -= 1;
    return 0;
  }

  /** Forgets the addresses that have been quiet for a minute: their buckets are full again. */
  sweep(): void {
    const now = this.#clock();
    for (const [key, bucket] of this.#buckets) {
      if (now - bucket.at >= 60_000 || now < bucket.at) this.#buckets.delete(key);
    }
  }

  /** Addresses remembered, times classes. */
  get size(): number {
    return this.#buckets.size;
  }
}
