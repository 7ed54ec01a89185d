import { type ClientIdentity, createGroup, type Lifetime, requiredCapabilitiesExtension } from "@redoubt/mls";
import { commitChange, type Invited } from "./commit-change.js";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";
import { readMember } from "./evidence.js";
import { newLogAccess } from "./log-access.js";
import { admits, directPolicy, groupPolicy, type Policy, policyExtension } from "./policy.js";
import { logStart } from "./position.js";
import type { Outgoing } from "./send.js";
import type { ConversationState } from "./state.js";

/** What opening a conversation needs. */
export interface Opening {
  readonly identity: ClientIdentity;
  readonly lifetime: Lifetime;
  /** Origin of the relay that will keep the log. */
  readonly relay: string;
  /** Devices to bring in, but for this one. */
  readonly invited: readonly Invited[];
  /** Seconds since 1970: key packages must be within their lifetimes. */
  readonly now: bigint;
}

/** Devices that one commit brings in at most: more come in the next. */
export const maxAddsPerCommit = 100;

/**
 * Opens a direct conversation: a group of this device, and the commit that brings in the others as the log's first
 * entry. The log must be created, with the public keys of the seeds in `access`, before the entry is appended.
 *
 * @param accounts account ids: ours and theirs
 * @throws ConversationError `against-profile` if an invited device is of neither account; MlsError for a key package
 * that is not valid
 */
export function openDirect(
  context: ConversationContext,
  opening: Opening & { readonly accounts: readonly [Uint8Array, Uint8Array] },
): Outgoing {
  const policy = directPolicy(...opening.accounts, opening.relay);
  for (const { keyPackage } of opening.invited) {
    if (!admits(policy, readMember(keyPackage.leafNode).accountId)) {
      throw new ConversationError("against-profile", "a device of another account");
    }
  }
  return open(context, opening, policy);
}

/**
 * Opens a group, in the same way.
 *
 * @param owner our account id
 * @param opening.invited up to `maxAddsPerCommit`
 * @throws ConversationError `bad-policy` for a title that is empty or too long; MlsError for a key package that is not valid
 */
export function openGroup(
  context: ConversationContext,
  opening: Opening & { readonly owner: Uint8Array; readonly title: string },
): Outgoing {
  return open(context, opening, groupPolicy(opening.owner, opening.title, opening.relay));
}

function open(context: ConversationContext, opening: Opening, policy: Policy): Outgoing {
  const { identity, lifetime, invited, now } = opening;
  const required = requiredCapabilitiesExtension({
    extensions: [redoubtExtension.accountChain, redoubtExtension.policy],
    proposals: [10],
    credentials: [1],
  });
  const group = createGroup(context.mls, identity, {
    groupId: context.random(32),
    lifetime,
    extensions: [required, policyExtension(policy)],
  });
  const state: ConversationState = {
    id: group.epoch.context.groupId,
    access: newLogAccess(context, opening.relay),
    group,
    past: [],
    position: logStart,
    begun: 0,
    placeOffset: 0,
    heads: new Map(),
    pending: undefined,
    leaving: [],
    said: [],
  };
  const proposals = invited.map(({ keyPackage }) => ({ kind: "add", keyPackage }) as const);
  return commitChange(context, state, { proposals, invited, removes: false, now });
}
