import { CborError, type CborValue, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import { type Extension, findExtension, type KeyPackage, type LeafNode } from "@redoubt/mls";
import { redoubtExtension } from "./context.js";
import type { ConversationState } from "./state.js";

/** The wish of a member's device to be brought in anew; it stays in its leaf from then on. */
interface RejoinMark {
  readonly groupId: Uint8Array;
  readonly number: number;
}

/**
 * The leaf extension by which a device asks to be brought into a group anew.
 *
 * @param groupId 32 bytes
 * @param number above that of every earlier request of this device for this group, or a used one could be used again by
 *   any member: milliseconds since 1970, and one more than the last where the clock has not gone on
 */
export function rejoinExtension(groupId: Uint8Array, number: number): Extension {
  return { type: redoubtExtension.rejoin, data: encodeCbor([groupId, number]) };
}

function readMark({ extensions }: Pick<LeafNode, "extensions">): RejoinMark | undefined {
  const data = findExtension(extensions, redoubtExtension.rejoin);
  const [groupId, number, ...rest] = data === undefined ? [] : list(data);
  const isValid = groupId instanceof Uint8Array && typeof number === "number" && number > 0 && rest.length === 0;
  return isValid ? { groupId, number } : undefined;
}

function list(data: Uint8Array): readonly CborValue[] {
  try {
    const value = decodeCbor(data);
    return Array.isArray(value) ? value : [];
  } catch (error) {
    // A device's own fault: to others it has asked for nothing.
    if (error instanceof CborError) return [];
    throw error;
  }
}

/** The group that a key package asks to be brought into anew; `undefined` for an ordinary one. */
export function rejoinedGroup({ leafNode }: Pick<KeyPackage, "leafNode">): Uint8Array | undefined {
  return readMark(leafNode)?.groupId;
}

/** The number of a leaf's request to be brought into this group anew; 0 for none. */
export function rejoinNumber(leaf: Pick<LeafNode, "extensions">, groupId: Uint8Array): number {
  const mark = readMark(leaf);
  return mark !== undefined && equalBytes(mark.groupId, groupId) ? mark.number : 0;
}

/** The number of the request by which this device came back for the last time; 0 for none. */
export function rejoinNumberOf({ group, id }: ConversationState): number {
  const leaf = group?.epoch.tree.leaf(group.epoch.ownLeaf);
  return leaf === undefined ? 0 : rejoinNumber(leaf, id);
}
