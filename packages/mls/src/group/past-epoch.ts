import type { Secret } from "@redoubt/base";
import { conceal } from "../concealed.js";
import type { SecretTree } from "../protect/secret-tree.js";
import type { Group } from "./group.js";

/**
 * What is left of an epoch after the next one began: enough to open application messages that were under way, and
 * nothing to write with or to derive a later epoch from.
 */
export interface PastEpoch {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  /** The encoded group context, which signatures cover. */
  readonly contextBytes: Uint8Array;
  readonly ownLeaf: number;
  readonly senderDataSecret: Secret;
  /** By leaf; blank leaves have none. */
  readonly signatureKeys: readonly (Uint8Array | undefined)[];
  readonly secretTree: SecretTree;
}

/** The part of a state that outlives its epoch. Shares its secrets with the state. */
export function pastEpochOf({ epoch, secretTree }: Group): PastEpoch {
  const signatureKeys = Array.from({ length: epoch.tree.leafCount }, (_, i) => epoch.tree.leaf(i)?.signatureKey);
  const { groupId, epoch: number } = epoch.context;
  return makePastEpoch({
    groupId,
    epoch: number,
    contextBytes: epoch.contextBytes,
    ownLeaf: epoch.ownLeaf,
    senderDataSecret: epoch.secrets.senderData,
    signatureKeys,
    secretTree,
  });
}

export function makePastEpoch(past: PastEpoch): PastEpoch {
  return conceal(past);
}
