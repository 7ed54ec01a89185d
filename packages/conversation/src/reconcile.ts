import { bytesKey, equalBytes } from "@redoubt/base";
import { decodeGroupContext } from "@redoubt/mls";
import { compareBytes } from "./compare-bytes.js";
import type { Standing } from "./letter-body.js";
import type { ConversationState } from "./state.js";

/** How this device stands. */
export function standingOf({ group }: ConversationState): Standing | undefined {
  const context = group?.epoch.context;
  return context && { epoch: context.epoch, transcript: context.confirmedTranscriptHash };
}

/** How this device stands and stood in the epochs that are kept, newest first. */
export function lineageOf(state: ConversationState): readonly Standing[] {
  const own = standingOf(state);
  const past = state.past.map(({ contextBytes }): Standing => {
    const { epoch, confirmedTranscriptHash } = decodeGroupContext(contextBytes);
    return { epoch, transcript: confirmedTranscriptHash };
  });
  return own === undefined ? [] : [own, ...past];
}

function keyOf({ epoch, transcript }: Standing): string {
  return `${epoch} ${bytesKey(transcript)}`;
}

function isSame(a: Standing, b: Standing): boolean {
  return a.epoch === b.epoch && equalBytes(a.transcript, b.transcript);
}

/** Those of the reports that are not on our way: whoever stands where we stood counts as ours, only behind. */
function elsewhere(lineage: readonly Standing[], reports: ReadonlyMap<string, Standing>): readonly Standing[] {
  return [...reports.values()].filter((report) => !lineage.some((standing) => isSame(standing, report)));
}

/**
 * Whether this device is on the losing side of a split and has to be brought in anew: if more than half of all devices
 * stand together elsewhere; or if all have answered and another side has more devices, or as many and the lower
 * transcript hash. Both sides come to the same, so that they do not change places.
 *
 * Devices that have gone further than we have count as elsewhere: read the log to its end before you ask.
 *
 * @param lineage `lineageOf` our state
 * @param reports what other devices say, by the bytes of their signature keys; of each the last word
 * @param devices how many devices are in the group, ours included; once enough time has passed, how many have answered
 */
export function isMinority(
  lineage: readonly Standing[],
  reports: ReadonlyMap<string, Standing>,
  devices: number,
): boolean {
  const [own] = lineage;
  if (own === undefined) return false;
  const others = elsewhere(lineage, reports);
  const ours = 1 + reports.size - others.length;
  const sides = new Map<string, { readonly standing: Standing; count: number }>();
  for (const standing of others) {
    const side = sides.get(keyOf(standing));
    if (side === undefined) sides.set(keyOf(standing), { standing, count: 1 });
    else side.count += 1;
  }
  const haveAllAnswered = reports.size + 1 >= devices;
  return [...sides.values()].some(({ standing, count }) => {
    if (count * 2 > devices) return true;
    if (!haveAllAnswered || count < ours) return false;
    return count > ours || compareBytes(standing.transcript, own.transcript) < 0;
  });
}

/**
 * Whether this device, not being in the minority, must go on by a commit (the intent `renew`) before the others can
 * tell: to those who have gone further on another way, whoever stays where both once stood is only behind.
 */
export function mustGoOn(lineage: readonly Standing[], reports: ReadonlyMap<string, Standing>): boolean {
  const [own] = lineage;
  return own !== undefined && elsewhere(lineage, reports).some(({ epoch }) => epoch > own.epoch);
}
