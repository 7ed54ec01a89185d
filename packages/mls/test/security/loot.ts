import { asSecret, toHex } from "@redoubt/base";
import {
  decodeGroup,
  decodePendingCommit,
  encodeGroup,
  encodePendingCommit,
  type Group,
  type OwnKeyPackage,
  type PendingCommit,
} from "../../src/index.js";
import type { Member } from "../support/member.js";

/** Everything that a copy of a client's storage gives away, taken from the stored bytes. */
export interface Loot {
  readonly states: readonly Group[];
  /** HPKE private keys, whatever they were for. */
  readonly privateKeys: readonly Uint8Array[];
  /** In hex, the public keys of nodes whose private keys are in the loot. */
  readonly publicKeys: ReadonlySet<string>;
  /** Every secret, private keys included; without signature keys, which a commit need not renew. */
  readonly secrets: readonly Uint8Array[];
}

/** Copies what a client stores of one group at this moment. */
export function rob(
  group: Group,
  pending?: PendingCommit | undefined,
  keyPackages: readonly OwnKeyPackage[] = [],
): Loot {
  const state = decodeGroup(encodeGroup(group));
  const { tree, nodeKeys } = state.epoch;
  const path = pending && decodePendingCommit(encodePendingCommit(pending)).path;
  const updates = [...state.proposals.values()].flatMap(({ ownUpdate }) => ownUpdate?.encryptionPrivateKey ?? []);
  const packaged = keyPackages.flatMap((own) => [own.initPrivateKey.slice(), own.encryptionPrivateKey.slice()]);
  const pendingKeys = path === undefined ? [] : [path.encryptionPrivateKey];
  return {
    states: [state],
    privateKeys: [...nodeKeys.values(), ...updates, ...packaged, ...pendingKeys],
    publicKeys: new Set([...nodeKeys.keys()].map((node) => toHex(tree.encryptionKey(node)))),
    secrets: [...secretsOf(state), ...packaged, ...(path === undefined ? [] : [path.pathSecret])],
  };
}

/** Copies all of a member's storage. */
export function robMember(member: Member): Loot {
  return rob(member.group, member.pending, member.keyPackages);
}

/** What several thieves have together, or one at several times. */
export function pool(...loots: readonly Loot[]): Loot {
  return {
    states: loots.flatMap(({ states }) => states),
    privateKeys: loots.flatMap(({ privateKeys }) => privateKeys),
    publicKeys: new Set(loots.flatMap(({ publicKeys }) => [...publicKeys])),
    secrets: loots.flatMap(({ secrets }) => secrets),
  };
}

/** All secrets of a state but the signature key: those of the epoch, of the secret tree, of nodes, of own updates. */
export function secretsOf({ epoch, secretTree, proposals }: Group): Uint8Array[] {
  const ratchets = secretTree.ratchets.flatMap((both) => (both ? [both.handshake, both.application] : []));
  const skipped = ratchets.flatMap((ratchet) =>
    [...ratchet.skipped.values()].flatMap(({ key, nonce }) => [key, nonce]),
  );
  return [
    ...Object.values(epoch.secrets),
    ...epoch.nodeKeys.values(),
    ...secretTree.nodes.flatMap((secret) => secret ?? []),
    ...ratchets.map(({ secret }) => secret),
    ...skipped,
    ...[...proposals.values()].flatMap(({ ownUpdate }) => ownUpdate?.encryptionPrivateKey ?? []),
  ].map((secret) => asSecret(secret));
}
