import { asSecret } from "@redoubt/base";
import {
  type ClientIdentity,
  type CommitOptions,
  type Consumed,
  commit,
  createGroup,
  joinGroup,
  type KeyPackage,
  type Lifetime,
  type OwnKeyPackage,
  requiredCapabilitiesExtension,
  splitWelcome,
} from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { entryIdLength, sealEnvelope } from "./envelope.js";
import { ConversationError } from "./error.js";
import { type Member, readMember } from "./evidence.js";
import { handoverExtension, type LogAccess, openPosition, readHandover } from "./handover.js";
import { admits, directPolicy, type Policy, policyExtension, readPolicy } from "./policy.js";
import { encodeClaim, logStart } from "./position.js";
import type { Outgoing } from "./send.js";
import type { ConversationState } from "./state.js";

/** A device to bring in, with the key package that was taken for it. */
export interface Invited {
  readonly inboxId: Uint8Array;
  readonly keyPackage: KeyPackage;
}

/** What opening a conversation needs. */
export interface Opening {
  readonly identity: ClientIdentity;
  readonly lifetime: Lifetime;
  /** Account ids: ours and theirs. */
  readonly accounts: readonly [Uint8Array, Uint8Array];
  /** Origin of the relay that will keep the log. */
  readonly relay: string;
  /** Devices of both accounts, but for this one. */
  readonly invited: readonly Invited[];
  /** Seconds since 1970: key packages must be within their lifetimes. */
  readonly now: bigint;
}

/** The Ed25519 key pair of a seed of 32 bytes. */
export function keyPairOfSeed({ provider }: ConversationContext, seed: Uint8Array) {
  return provider.signatures.Ed25519.generateKeyPair(() => seed.slice());
}

/**
 * Opens a direct conversation: a group of this device, and the commit that brings in the others as the log's first
 * entry. The log must be created, with the public keys of the seeds in `access`, before the entry is appended.
 *
 * @throws ConversationError `against-profile` if an invited device is of neither account; MlsError for a key package
 * that is not valid
 */
export function openDirect(context: ConversationContext, opening: Opening): Outgoing {
  const { identity, lifetime, accounts, invited } = opening;
  const access: LogAccess = {
    relay: opening.relay,
    logId: context.random(32),
    logSecret: asSecret<32>(context.random(32)),
    writeSeed: asSecret<32>(context.random(32)),
    rotation: 0,
    ownerSeed: asSecret<32>(context.random(32)),
  };
  const policy = directPolicy(...accounts);
  for (const { keyPackage } of invited) checkAdmitted(policy, readMember(keyPackage.leafNode));
  const required = requiredCapabilitiesExtension({
    extensions: [redoubtExtension.accountChain, redoubtExtension.policy],
    proposals: [10],
    credentials: [1],
  });
  const extensions = [required, policyExtension(policy)];
  const group = createGroup(context.mls, identity, { groupId: context.random(32), lifetime, extensions });
  const state: ConversationState = {
    id: group.epoch.context.groupId,
    access,
    group,
    past: [],
    position: logStart,
    heads: new Map(),
    pending: undefined,
  };
  return commitChange(context, state, invited, {
    proposals: invited.map(({ keyPackage }) => ({ kind: "add", keyPackage })),
    now: opening.now,
  });
}

function checkAdmitted(policy: Policy, { accountId }: Member): void {
  if (!admits(policy, accountId)) throw new ConversationError("against-profile", "a device of another account");
}

/**
 * Commits a change and leaves it pending until it comes back in the log's order.
 *
 * @throws ConversationError `not-active`, `commit-pending`; MlsError for what cannot be committed
 */
export function commitChange(
  context: ConversationContext,
  state: ConversationState,
  invited: readonly Invited[],
  change: CommitOptions,
): Outgoing {
  const { group, access, position } = state;
  if (group === undefined) throw new ConversationError("not-active");
  if (state.pending !== undefined) throw new ConversationError("commit-pending");
  const made = commit(context.mls, group, {
    ...change,
    authenticatedData: encodeClaim(position),
    groupInfo: { extensions: [handoverExtension(access)] },
  });
  const entryId = context.random(entryIdLength);
  const welcomes = made.welcome === undefined ? [] : splitWelcome(made.welcome);
  const pending = {
    entryId,
    commit: made.pending,
    welcomes: invited.map(({ inboxId }, i) => ({ inboxId, welcome: welcomes[i] as Uint8Array })),
  };
  return {
    state: { ...state, group: made.group, pending },
    entryId,
    bytes: sealEnvelope(context, access.logSecret, access.logId, entryId, made.message),
    consumed: made.consumed,
  };
}

/** A conversation that we were invited to. It is shown as a request until it is accepted. */
export interface InvitedTo {
  readonly state: ConversationState;
  readonly policy: Policy;
  readonly by: Member;
  readonly used: OwnKeyPackage;
  readonly consumed: Consumed;
}

/**
 * Enters a conversation by a welcome.
 *
 * @param position where our epoch begins, as `sealPosition` sealed it
 * @throws MlsError, ConversationError for a welcome that is not valid, not for us, or against our rules
 */
export function enterConversation(
  context: ConversationContext,
  own: readonly OwnKeyPackage[],
  welcome: Uint8Array,
  position: Uint8Array,
  isKnownGroup: (groupId: Uint8Array) => boolean,
): InvitedTo {
  const { group, welcomer, extensions, used, consumed } = joinGroup(context.mls, welcome, own, { isKnownGroup });
  const { tree, context: groupContext } = group.epoch;
  const policy = readPolicy(groupContext.extensions);
  const members = [...tree.members()].map(([, leaf]) => readMember(leaf));
  for (const member of members) checkAdmitted(policy, member);
  const start = openPosition(context, group, position);
  return {
    state: {
      id: groupContext.groupId,
      access: readHandover(extensions),
      group,
      past: [],
      position: start,
      heads: new Map([[start.seq, start.head]]),
      pending: undefined,
    },
    policy,
    by: readMember(tree.leaf(welcomer) as NonNullable<ReturnType<typeof tree.leaf>>),
    used,
    consumed,
  };
}
