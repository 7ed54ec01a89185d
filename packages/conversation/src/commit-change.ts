import { asSecret, type Secret } from "@redoubt/base";
import { type CommitOptions, commit, type KeyPackage, splitWelcome } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { entryIdLength, sealEnvelope } from "./envelope.js";
import { ConversationError } from "./error.js";
import { type Handover, handoverExtension } from "./handover.js";
import { keyPairOfSeed } from "./key-pair.js";
import { epochRoot, rotated } from "./log-access.js";
import { readPolicy } from "./policy.js";
import { type Claim, encodeClaim } from "./position.js";
import type { Outgoing } from "./send.js";
import type { ConversationState } from "./state.js";
import { maxTreeAlong, type TreePlace, treePlaceExtension } from "./tree-place.js";

/** A device to bring in, with the key package that was taken for it. */
export interface Invited {
  /** 16 bytes. */
  readonly inboxId: Uint8Array;
  readonly keyPackage: KeyPackage;
}

/** What a commit is to do, as MLS says it, and what belongs to it besides. */
export interface Change extends CommitOptions {
  /** Whom its Add proposals bring in, in their order. */
  readonly invited: readonly Invited[];
  /** Whether it removes anybody, by whatever proposal: the write key is changed then. */
  readonly removes: boolean;
  readonly chains?: Claim["chains"];
  /** The owner's key of the log that it moves the conversation to. */
  readonly ownerSeed?: Secret<32>;
}

/**
 * Commits a change and leaves it pending until it comes back in the log's order.
 *
 * @throws ConversationError `not-active`, `commit-pending`; MlsError for what cannot be committed
 */
export function commitChange(context: ConversationContext, state: ConversationState, change: Change): Outgoing {
  const { group, access, position } = state;
  const { invited, removes, chains, ownerSeed, ...options } = change;
  if (group === undefined) throw new ConversationError("not-active");
  if (state.pending !== undefined) throw new ConversationError("commit-pending");
  const { kind } = readPolicy(group.epoch.context.extensions);
  const handover: Handover = {
    ...access,
    // Newcomers derive what the epoch gives; the owner's key is not for everybody.
    writeSeed: removes ? undefined : access.writeSeed,
    ownerSeed: kind === "direct" ? access.ownerSeed : undefined,
  };
  let treePlace: TreePlace | undefined;
  const treeApart = ({ length: size }: Uint8Array) => {
    if (size <= maxTreeAlong) return undefined;
    treePlace = { blobId: context.random(32), key: asSecret<32>(context.random(32)), size };
    return treePlaceExtension(treePlace);
  };
  const made = commit(context.mls, group, {
    ...options,
    authenticatedData: encodeClaim(position, chains),
    groupInfo: { extensions: [handoverExtension(handover)], treeApart },
    ...(removes ? { exportNext: epochRoot } : {}),
  });
  const entryId = context.random(entryIdLength);
  const welcomes = made.welcome === undefined ? [] : splitWelcome(made.welcome);
  return {
    state: {
      ...state,
      group: made.group,
      pending: {
        entryId,
        commit: made.pending,
        welcomes: invited.map(({ inboxId }, i) => ({ inboxId, welcome: welcomes[i] as Uint8Array })),
        ownerSeed,
        treePlace,
      },
    },
    entryId,
    bytes: sealEnvelope(context, access.logSecret, access.logId, entryId, made.message),
    rotateTo: made.exported && nextWriteKey(context, state, made.exported),
    consumed: made.consumed,
  };
}

/** The write key that the relay is to change to in the moment in which it takes the commit. Wipes the root. */
function nextWriteKey(context: ConversationContext, { access }: ConversationState, root: Secret): Uint8Array {
  const next = rotated(context, access, root);
  root.fill(0);
  const { publicKey, privateKey } = keyPairOfSeed(context, next.writeSeed);
  privateKey.fill(0);
  next.writeSeed.fill(0);
  return publicKey;
}
