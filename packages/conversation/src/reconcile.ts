import { bytesKey, equalBytes } from "@redoubt/base";
import { compareBytes } from "./compare-bytes.js";
import type { Standing } from "./letter-body.js";
import type { ConversationState } from "./state.js";

/** How this device stands. */
export function standingOf({ group }: ConversationState): Standing | undefined {
  const context = group?.epoch.context;
  return context && { epoch: context.epoch, transcript: context.confirmedTranscriptHash };
}

function keyOf({ epoch, transcript }: Standing): string {
  return `${epoch} ${bytesKey(transcript)}`;
}

/**
 * Whether this device is on the losing side of a split and has to be brought in anew: if more than half of all devices
 * stand together elsewhere; or if all have answered and another side has more devices, or as many and the lower
 * transcript hash. Both sides come to the same, so that they do not change places.
 *
 * Devices that have only gone further than we have (a later epoch) count as elsewhere: whoever is merely behind must
 * catch up before it asks.
 *
 * @param reports what other devices say, by the bytes of their signature keys; of each the last word
 * @param devices how many devices are in the group, ours included
 */
export function isMinority(own: Standing, reports: ReadonlyMap<string, Standing>, devices: number): boolean {
  const sides = new Map<string, { readonly standing: Standing; count: number }>();
  for (const standing of [own, ...reports.values()]) {
    const side = sides.get(keyOf(standing));
    if (side === undefined) sides.set(keyOf(standing), { standing, count: 1 });
    else side.count += 1;
  }
  const ours = sides.get(keyOf(own))?.count ?? 1;
  const haveAllAnswered = reports.size + 1 >= devices;
  return [...sides.values()].some(({ standing, count }) => {
    if (equalBytes(standing.transcript, own.transcript) && standing.epoch === own.epoch) return false;
    if (count * 2 > devices) return true;
    if (!haveAllAnswered || count < ours) return false;
    return count > ours || compareBytes(standing.transcript, own.transcript) < 0;
  });
}
