import { bytesKey, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import { type ConversationContext, hashingOf } from "@redoubt/conversation";
import { type AccountState, verifyChain } from "@redoubt/identity";
import type { Contact, ContactState, Store } from "@redoubt/store";
import { ClientError } from "./error.js";
import type { KeyVerdict, PinnedKeys } from "./key-verdict.js";

function encodeChain(chain: readonly Uint8Array[]): Uint8Array {
  return encodeCbor([...chain]);
}

function decodeChain(bytes: Uint8Array): readonly Uint8Array[] {
  return decodeCbor(bytes) as Uint8Array[];
}

/** The people that this client knows, with the newest chain of each. */
export class Contacts {
  readonly #context: ConversationContext;
  readonly #store: Store;
  readonly #verdicts: PinnedKeys;
  /** Accounts of which more was learned than was known. */
  readonly #grown = new Map<string, Uint8Array>();

  constructor(context: ConversationContext, store: Store, verdicts: PinnedKeys) {
    this.#context = context;
    this.#store = store;
    this.#verdicts = verdicts;
  }

  get(accountId: Uint8Array): Contact | undefined {
    return this.#store.contacts.get(accountId);
  }

  /** @returns the account of a contact, verified anew from its stored chain */
  account(contact: Contact): AccountState {
    return verifyChain(hashingOf(this.#context.provider), decodeChain(contact.entries));
  }

  /**
   * Takes in a chain: pins it at first sight, follows it when it goes on, and keeps the longer one. One that contradicts
   * what was seen before is kept as evidence. Within the transaction of whatever brought it.
   *
   * @param state how a person who was not known before stands
   * @throws IdentityError for a chain that does not verify
   */
  learn(chain: readonly Uint8Array[], state: ContactState): KeyVerdict {
    const account = verifyChain(hashingOf(this.#context.provider), chain);
    const own = this.#store.account.get();
    if (own !== undefined && equalBytes(own.accountId, account.accountId)) return "verified";
    const known = this.get(account.accountId);
    if (known === undefined) {
      this.#store.contacts.set({
        accountId: account.accountId,
        username: account.username,
        entries: encodeChain(chain),
        pinnedHead: account.head,
        state,
        isConfirmed: false,
      });
      return "verified";
    }
    const before = this.account(known);
    const [longer, shorter] = account.seq > before.seq ? [account, before] : [before, account];
    const shared = longer.history[shorter.seq];
    if (shared === undefined || !equalBytes(shared.hash, shorter.head)) {
      this.#store.forks.add(account.accountId, encodeChain(chain));
      this.#verdicts.addFork(account.accountId);
      return "fork";
    }
    if (longer === account && account.seq > before.seq) {
      this.#grown.set(bytesKey(account.accountId), account.accountId);
      this.#store.contacts.set({ ...known, entries: encodeChain(chain), pinnedHead: account.head });
    }
    return this.#verdicts.of(account.accountId);
  }

  /** What may be done with an account's keys. */
  verdict(accountId: Uint8Array): KeyVerdict {
    return this.#verdicts.of(accountId);
  }

  setState(accountId: Uint8Array, state: ContactState): void {
    const known = this.get(accountId);
    if (known !== undefined && known.state !== state) this.#store.contacts.set({ ...known, state });
  }

  confirm(accountId: Uint8Array): void {
    const known = this.get(accountId);
    if (known !== undefined) this.#store.contacts.set({ ...known, isConfirmed: true });
  }

  /**
   * Takes in a chain that was looked up, in a transaction of its own: what refuses it stays as evidence.
   *
   * @throws ClientError `key-changed` where it contradicts what was seen before
   */
  meet(chain: readonly Uint8Array[], state: ContactState): void {
    const verdict = this.#store.transaction(() => this.learn(chain, state));
    if (verdict !== "verified") throw new ClientError("key-changed");
  }

  /** The newest chain of an account that is known. */
  chain(accountId: Uint8Array): readonly Uint8Array[] {
    const known = this.get(accountId);
    return known === undefined ? [] : decodeChain(known.entries);
  }

  /** Accounts of which more was learned since this was last asked: their devices may have changed. */
  takeGrown(): readonly Uint8Array[] {
    const grown = [...this.#grown.values()];
    this.#grown.clear();
    return grown;
  }
}
