import { limits, type Params, type Result } from "@redoubt/wire";
import type { SignedIn } from "./devices.js";
import type { DiscloseAccount, SelfDisclosure } from "./disclose-account.js";
import type { Peer } from "./ports.js";
import { RelayError } from "./relay-error.js";

/** How many are kept ready at once: the oldest gives way, and its owner asks anew. */
const mostReady = 16;

/** Hands an account what the relay holds on it, page by page. A disclosure is kept until its last page was taken. */
export class SelfDisclosures {
  readonly #make: DiscloseAccount;
  readonly #ready = new Map<Peer, SelfDisclosure>();

  constructor(make: DiscloseAccount) {
    this.#make = make;
  }

  /** @throws RelayError `disclosure-gone` for a later page of none */
  page([page]: Params<"disclose">, { accountId }: SignedIn, peer: Peer): Result<"disclose"> {
    if (page === 0) this.#keep(peer, this.#make(accountId));
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

  #keep(peer: Peer, disclosure: SelfDisclosure): void {
    this.#ready.delete(peer);
    const [oldest] = this.#ready.keys();
    if (this.#ready.size >= mostReady && oldest !== undefined) this.#ready.delete(oldest);
    this.#ready.set(peer, disclosure);
  }
}
