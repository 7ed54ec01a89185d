import { bytesKey, CodedError, equalBytes } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";
import { type AccountState, verifyChain } from "@redoubt/identity";
import type { LeafNode } from "@redoubt/mls";
import { hashingOf, type Member, readChain } from "./evidence.js";
import type { Roster } from "./roster.js";

/**
 * What is known of accounts: by the chains in leaves, and by those that came along. Judged from bytes that all members
 * have, so all come to the same. Each chain is verified once at most.
 */
export class KnownAccounts {
  readonly #provider: CryptoProvider;
  readonly #rosters: readonly Roster[];
  readonly #chains: readonly (readonly Uint8Array[])[];
  readonly #known = new Map<string, readonly AccountState[]>();

  constructor(
    provider: CryptoProvider,
    evidence: { readonly rosters: readonly Roster[]; readonly chains: readonly (readonly Uint8Array[])[] },
  ) {
    this.#provider = provider;
    this.#rosters = evidence.rosters;
    this.#chains = evidence.chains;
  }

  /** Whether an account's newest entry, by the longest chain that there is of it, does not state a device. */
  isRevoked({ accountId, deviceId }: Member): boolean {
    return lacks(longest(this.#of(accountId)), deviceId);
  }

  /**
   * Whether a leaf may be put out as that of a revoked device: by a chain that goes on from the entry which the leaf
   * names. Another branch of the account is no evidence against it.
   */
  isRevokedSince({ accountId, deviceId, entrySeq, entryHash }: Member): boolean {
    const later = this.#of(accountId).filter(({ history }) => {
      const entry = history[entrySeq];
      return entry !== undefined && equalBytes(entry.hash, entryHash);
    });
    return lacks(longest(later), deviceId);
  }

  #of(account: Uint8Array): readonly AccountState[] {
    const key = bytesKey(account);
    const known = this.#known.get(key) ?? this.#verify(account);
    this.#known.set(key, known);
    return known;
  }

  #verify(account: Uint8Array): readonly AccountState[] {
    const inLeaves = this.#rosters.flatMap((roster) =>
      roster.of(account).map(({ leaf }) => readChain(leaf.extensions)),
    );
    const states: AccountState[] = [];
    const seen = new Set<string>();
    for (const chain of [...inLeaves, ...this.#chains]) {
      const [genesis] = chain;
      if (genesis === undefined || !equalBytes(this.#provider.hash("SHA-256", genesis), account)) continue;
      // An entry names the one before by its hash: what ends alike is alike.
      const key = bytesKey(chain.at(-1) as Uint8Array);
      const state = seen.has(key) ? undefined : tryVerify(this.#provider, chain);
      if (state === undefined) continue;
      seen.add(key);
      states.push(state);
    }
    return states;
  }
}

/** Of two of one length the first counts. */
function longest(states: readonly AccountState[]): AccountState | undefined {
  return states.reduce<AccountState | undefined>((newest, state) => {
    return newest === undefined || state.seq > newest.seq ? state : newest;
  }, undefined);
}

function lacks(account: AccountState | undefined, deviceId: Uint8Array): boolean {
  return account !== undefined && !account.devices.some((device) => equalBytes(device.deviceId, deviceId));
}

/**
 * Whether one of two leaves' chains goes on where the other ends. A former device, or whoever has its key, can sign
 * another branch of the account: it must not pass beside the one that the group knows.
 */
export function isSameBranch(a: Pick<LeafNode, "extensions">, b: Pick<LeafNode, "extensions">): boolean {
  const [x, y] = [readChain(a.extensions), readChain(b.extensions)];
  const last = Math.min(x.length, y.length) - 1;
  return equalBytes(x[last] as Uint8Array, y[last] as Uint8Array);
}

function tryVerify(provider: CryptoProvider, chain: readonly Uint8Array[]): AccountState | undefined {
  try {
    return verifyChain(hashingOf(provider), chain);
  } catch (error) {
    // Chains that came along are anyone's.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
