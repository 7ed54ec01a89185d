import { bytesKey } from "@redoubt/base";
import { limits, type Params, type Result } from "@redoubt/wire";
import type { SignedIn } from "./devices.js";
import type { DiscloseAccount, SelfDisclosure } from "./disclose-account.js";
import type { Peer, RelayPorts } from "./ports.js";
import { RateLimits } from "./rate-limits.js";
import { RelayError } from "./relay-error.js";

/** How many are kept ready at once: the oldest gives way, and its owner asks anew. */
const mostReady = 16;

/** How often one account is told, from however many addresses: for one that holds as much as it may, it is work. */
const rates = { disclosure: { perMinute: 6, atOnce: 12 } };

/** Hands an account what the relay holds on it, page by page. A disclosure is kept until its last page was taken. */
export class SelfDisclosures {
  readonly #make: DiscloseAccount;
  readonly #made: RateLimits<"disclosure">;
  readonly #ready = new Map<Peer, SelfDisclosure>();

  constructor({ discloseAccount, clock }: Pick<RelayPorts, "discloseAccount" | "clock">) {
    this.#make = discloseAccount;
    this.#made = new RateLimits(rates, clock);
  }

  /** @throws RelayError `disclosure-gone` for a later page of none, `rate-limited` */
  page([page]: Params<"disclose">, { accountId }: Pick<SignedIn, "accountId">, peer: Peer): Result<"disclose"> {
    if (page === 0) this.#keep(peer, accountId);
    const ready = this.#ready.get(peer);
    if (ready === undefined) throw new RelayError("disclosure-gone");
    const { note, bundle } = ready;
    const pages = Math.max(1, Math.ceil(bundle.length / limits.disclosurePage));
    if (page >= pages) throw new RelayError("disclosure-gone");
    if (page === pages - 1) this.#ready.delete(peer);
    return [pages, note, bundle.subarray(page * limits.disclosurePage, (page + 1) * limits.disclosurePage)];
  }

  leave(peer: Peer): void {
    this.#ready.delete(peer);
  }

  /** Forgets the accounts that have not asked for long. */
  sweep(): void {
    this.#made.sweep();
  }

  #keep(peer: Peer, accountId: Uint8Array): void {
    const wait = this.#made.take(bytesKey(accountId), "disclosure");
    if (wait > 0) throw new RelayError("rate-limited", { retryAfter: wait });
    const made = this.#make(accountId);
    this.#ready.delete(peer);
    const [oldest] = this.#ready.keys();
    if (this.#ready.size >= mostReady && oldest !== undefined) this.#ready.delete(oldest);
    this.#ready.set(peer, made);
  }
}
