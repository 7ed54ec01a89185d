import { asSecret, bytesKey, type Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { Concealed, conceal } from "../concealed.js";
import { demand, MlsError } from "../error.js";
import { createSecretTree, type SecretTree } from "../protect/secret-tree.js";
import { type EpochSecrets, exportFrom, type OpenedEpoch } from "../schedule/key-schedule.js";
import type { AuthenticatedContent } from "../structs/framing.js";
import { encodeGroupContext, type GroupContext } from "../structs/group-context.js";
import type { LeafNode } from "../structs/leaf-node.js";
import type { ReInit } from "../structs/proposal.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import type { NodeKeys } from "../tree/update-path.js";

/** The part of a member's state that changes with a commit only. */
export interface GroupEpoch {
  readonly context: GroupContext;
  /** The encoding of `context`. */
  readonly contextBytes: Uint8Array;
  readonly tree: ReadonlyTree;
  readonly ownLeaf: number;
  readonly signaturePrivateKey: Secret;
  readonly nodeKeys: NodeKeys;
  readonly secrets: EpochSecrets;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
  /** The group that is to follow, if this epoch's commit closed the group (RFC 9420 §11.2). */
  readonly reinit: ReInit | undefined;
}

/** A proposal that may be committed by reference in this epoch. */
export interface CachedProposal {
  readonly reference: Uint8Array;
  readonly content: AuthenticatedContent;
  /** The new private keys, if it is our own Update. */
  readonly ownUpdate: OwnUpdate | undefined;
}

export interface OwnUpdate {
  readonly encryptionPrivateKey: Secret;
  /** There if the update changes the signature key as well. */
  readonly signaturePrivateKey: Secret | undefined;
}

/**
 * A member's state of a group: an immutable value. Functions take one and give a new one; whatever fails gives none.
 * The parts are apart so that a store writes little: `epoch` changes at a commit, the others with every message.
 */
export interface Group {
  readonly epoch: GroupEpoch;
  readonly secretTree: SecretTree;
  /** By `bytesKey` of the reference, in order of arrival. */
  readonly proposals: ReadonlyMap<string, CachedProposal>;
}

/** Secrets that an operation used up. Wipe them once the new state is stored: until then the old one needs them. */
export class Consumed extends Concealed {
  readonly #secrets: Uint8Array[];

  constructor(secrets: Iterable<Uint8Array>) {
    super();
    this.#secrets = [...secrets];
  }

  /** How many secrets there are. */
  get size(): number {
    return this.#secrets.length;
  }

  /** Overwrites them with zeros. Whatever still uses the state from before no longer works. */
  wipe(): void {
    for (const secret of this.#secrets) secret.fill(0);
    this.#secrets.length = 0;
  }
}

class GroupState extends Concealed implements Group {
  readonly epoch: GroupEpoch;
  readonly secretTree: SecretTree;
  readonly proposals: ReadonlyMap<string, CachedProposal>;

  constructor(epoch: GroupEpoch, secretTree: SecretTree, proposals: ReadonlyMap<string, CachedProposal>) {
    super();
    this.epoch = epoch;
    this.secretTree = secretTree;
    this.proposals = proposals;
  }
}

const noProposals: ReadonlyMap<string, CachedProposal> = new Map();

/** Joins the parts of a state. */
export function makeGroup(epoch: GroupEpoch, secretTree: SecretTree, proposals = noProposals): Group {
  return new GroupState(epoch, secretTree, proposals);
}

/** The state at the start of an epoch. */
export function beginEpoch(opened: OpenedEpoch, epoch: Omit<GroupEpoch, "contextBytes" | "secrets">): Group {
  const tree = createSecretTree(epoch.tree.leafCount, opened.encryption);
  const contextBytes = encodeGroupContext(epoch.context);
  return makeGroup(conceal({ ...epoch, contextBytes, secrets: conceal(opened.secrets) }), tree);
}

/** @throws MlsError `not-a-member` */
export function memberAt(tree: ReadonlyTree, leafIndex: number): LeafNode {
  const leaf = tree.leaf(leafIndex);
  demand(leaf !== undefined, "not-a-member", `leaf ${leafIndex}`);
  return leaf;
}

/** @throws MlsError `group-closed` */
export function demandOpen(group: Group): void {
  demand(group.epoch.reinit === undefined, "group-closed", "a new group takes its place");
}

/** Our own leaf. */
export function ownLeaf(group: Group): LeafNode {
  return memberAt(group.epoch.tree, group.epoch.ownLeaf);
}

/**
 * MLS-Exporter (RFC 9420 §8.5).
 *
 * @param length in bytes, at most 255 * Nh
 */
export function exportSecret(
  suite: CipherSuite,
  group: Group,
  label: string,
  context: Uint8Array,
  length: number,
): Secret {
  return exportFrom(suite, group.epoch.secrets.exporter, label, context, length);
}

/** A copy of the epoch authenticator (RFC 9420 §8.7): equal for all members of one epoch of one group. */
export function epochAuthenticator(group: Group): Uint8Array {
  return group.epoch.secrets.authenticator.slice();
}

/** A copy of the resumption PSK (RFC 9420 §8.6), Nh bytes; the caller wipes it. */
export function resumptionPsk(group: Group): Secret {
  return asSecret(group.epoch.secrets.resumption.slice());
}

/** @throws MlsError `unknown-proposal` */
export function cachedProposal(group: Group, reference: Uint8Array): CachedProposal {
  const cached = group.proposals.get(bytesKey(reference));
  if (cached === undefined) throw new MlsError("unknown-proposal");
  return cached;
}
