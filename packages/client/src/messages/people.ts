import { bytesKey, equalBytes } from "@redoubt/base";
import { readMember } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { StoredConversations } from "../stored-conversations.js";

/** Names of accounts, looked up once each. Made for one piece of work and then dropped, for names may change. */
export class People {
  readonly #store: Store;
  readonly #own;
  readonly #names = new Map<string, string | undefined>();

  constructor(store: Store) {
    this.#store = store;
    this.#own = store.account.get();
  }

  isOwn(account: Uint8Array): boolean {
    return this.#own !== undefined && equalBytes(this.#own.accountId, account);
  }

  /** The user name of an account that is known. */
  nameOf(account: Uint8Array): string | undefined {
    const key = bytesKey(account);
    if (!this.#names.has(key)) {
      const name = this.isOwn(account) ? this.#own?.username : this.#store.contacts.get(account)?.username;
      this.#names.set(key, name);
    }
    return this.#names.get(key);
  }
}

/** Finds members of a conversation by their user names. */
export function memberFinder(
  store: Store,
  conversations: StoredConversations,
  id: Uint8Array,
): (username: string) => Uint8Array | undefined {
  const own = store.account.get();
  let members: Set<string> | undefined;
  return (username) => {
    const accounts = store.contacts.byUsername(username).map(({ accountId }) => accountId);
    if (own?.username === username) accounts.push(own.accountId);
    if (accounts.length === 0) return undefined;
    const { group } = conversations.get(id);
    members ??= new Set(
      [...(group?.epoch.tree.members() ?? [])].map(([, leaf]) => bytesKey(readMember(leaf).accountId)),
    );
    return accounts.find((account) => members?.has(bytesKey(account)));
  };
}
