import type { Clock } from "@redoubt/base";
import type { BlobOp, Op } from "@redoubt/wire";
import { RecentMap } from "./recent-map.js";

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
  | "disclose"
  | "store"
  | "create-blob"
  | "write-blob"
  | "read-blob";

/** So many a minute; as many may come at once, or as many as it says. */
export type Rate = number | { readonly perMinute: number; readonly atOnce: number };

/** What one address may do, in each class: requests, of `store` KiB. */
export type Rates = Readonly<Record<RateClass, Rate>>;

/**
 * What people behind one address may do. Who makes a group of 1,000 looks everybody up, takes as many key packages and
 * posts as many welcomes, each on a connection of its own, and need not wait for it; nobody goes on at that pace.
 */
export const defaultRates: Rates = {
  connect: { perMinute: 600, atOnce: 4_000 },
  register: 30,
  lookup: { perMinute: 300, atOnce: 1_500 },
  take: { perMinute: 300, atOnce: 1_500 },
  post: { perMinute: 600, atOnce: 2_000 },
  create: 120,
  append: 12_000,
  read: 12_000,
  account: 1_200,
  disclose: 20,
  store: 65_536,
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
  disclose: "disclose",
};

/** Operations whose bytes the relay keeps: what they bring counts towards `store`. */
const kept: ReadonlySet<Op | BlobOp> = new Set<Op>([
  "register",
  "append-entry",
  "publish-key-packages",
  "post",
  "append",
]);

/**
 * What an operation takes of `store`.
 *
 * @param params as they came in, of whatever shape
 * @returns KiB, begun ones counted; 0 for what keeps nothing
 */
export function storeCost(op: Op, params: unknown): number {
  return kept.has(op) ? Math.ceil(bytesIn(params) / 1024) : 0;
}

function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, part) => sum + bytesIn(part), 0) : 0;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets remembered, about 200 bytes each. Beyond it the ones used longest ago are forgotten. */
const capacity = 200_000;

/**
 * Token buckets by whatever is limited (addresses, accounts), in memory alone: neither is written nor logged. A flood
 * from ever new addresses takes no more than the memory of `capacity` buckets.
 */
export class RateLimits<Class extends string = RateClass> {
  readonly #rates: Readonly<Record<Class, Rate>>;
  readonly #clock: Clock;
  readonly #buckets = new RecentMap<Bucket>(capacity);

  constructor(rates: Readonly<Record<Class, Rate>>, clock: Clock) {
    this.#rates = rates;
    this.#clock = clock;
  }

  /**
   * Takes tokens, all or none. What takes more than there can be at once takes them all.
   *
   * @param subject who is limited, such as a client's address as the operator's network shows it
   * @returns 0, or the seconds until there will be enough
   */
  take(subject: string, rateClass: Class, tokens = 1): number {
    if (tokens === 0) return 0;
    const { perMinute, atOnce } = this.#rateOf(rateClass);
    const now = this.#clock();
    const key = `${rateClass} ${subject}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: atOnce, at: now };
      this.#buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(atOnce, bucket.tokens + filled(bucket, now, perMinute));
    bucket.at = now;
    const wanted = Math.min(tokens, atOnce);
    if (bucket.tokens < wanted) return Math.max(1, Math.ceil(((wanted - bucket.tokens) * 60) / perMinute));
    bucket.tokens -= wanted;
    return 0;
  }

  /** Forgets whoever has been quiet for so long that their buckets are full again. */
  sweep(): void {
    const now = this.#clock();
    for (const [key, bucket] of this.#buckets.entries()) {
      const { perMinute, atOnce } = this.#rateOf(key.slice(0, key.indexOf(" ")) as Class);
      if (now < bucket.at || bucket.tokens + filled(bucket, now, perMinute) >= atOnce) this.#buckets.delete(key);
    }
  }

  /** Buckets remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #rateOf(rateClass: Class): { readonly perMinute: number; readonly atOnce: number } {
    const rate = this.#rates[rateClass];
    return typeof rate === "number" ? { perMinute: rate, atOnce: rate } : rate;
  }
}

function filled(bucket: Bucket, now: number, perMinute: number): number {
  return (Math.max(0, now - bucket.at) * perMinute) / 60_000;
}
