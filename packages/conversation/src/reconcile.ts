import { bytesKey, toHex } from "@redoubt/base";
import { decodeGroupContext } from "@redoubt/mls";
import type { Standing } from "./letter-body.js";
import { type ConversationState, keptEpochs } from "./state.js";

/** How this device stands, and by which epochs it came there. */
export function standingOf({ group, past }: ConversationState): Standing | undefined {
  if (group === undefined) return undefined;
  const { epoch, confirmedTranscriptHash } = group.epoch.context;
  const before = past.map(({ contextBytes }) => decodeGroupContext(contextBytes).confirmedTranscriptHash);
  return { epoch, transcript: confirmedTranscriptHash, past: before.slice(0, keptEpochs) };
}

/** Epochs of a standing, newest first, each by its number and transcript: equal for those who took the same commits. */
function wayOf({ epoch, transcript, past }: Standing): readonly string[] {
  return [transcript, ...past].map((hash, i) => `${epoch - BigInt(i)} ${bytesKey(hash)}`);
}

/** A device's standing beside ours. */
interface Compared {
  readonly device: string;
  readonly standing: Standing;
  /** Whether it stands where we stand or stood: it is with us, or only behind. */
  readonly isOurs: boolean;
  /** By how many epochs we have gone on since we were last in one with it; undefined if that is too long ago. */
  readonly since: number | undefined;
}

function compare(own: Standing, reports: ReadonlyMap<string, Standing>): readonly Compared[] {
  const ours = wayOf(own);
  return [...reports].map(([device, standing]) => {
    const theirs = new Set(wayOf(standing));
    const since = ours.findIndex((epoch) => theirs.has(epoch));
    const isOurs = ours.includes(wayOf(standing)[0] as string);
    return { device, standing, isOurs, since: since < 0 ? undefined : since };
  });
}

/**
 * Whether this device is on the losing side of a split and has to be brought in anew: if more than half of all devices
 * stand together elsewhere; or if all have answered and another side has more devices, or as many and the lower
 * transcript hash in the first epoch apart. Both sides come to the same, so that they do not change places.
 *
 * Only those count who were in the last epoch that both sides know, and still are in ours: whom one side has brought in
 * since then does not help it to win, and whom we have removed since then does not speak against us.
 *
 * Devices that have gone further than we can follow count as elsewhere: read the log to its end before you ask.
 *
 * @param reports what other devices say, by the bytes of their signature keys; of each the last word
 * @param devices how many devices have been asked, ours included; once enough time has passed, how many have answered
 */
export function isMinority(state: ConversationState, reports: ReadonlyMap<string, Standing>, devices: number): boolean {
  const own = standingOf(state);
  if (own === undefined) return false;
  const compared = compare(own, reports);
  const apart = compared.filter(({ isOurs }) => !isOurs);
  if (apart.length === 0) return false;
  const since = apart
    .map((one) => one.since)
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.max(a, b)));
  const voters = votersOf(state, since);
  const mayVote = ({ device }: Pick<Compared, "device">) => voters.has(device);
  const ours = compared.filter((one) => one.isOurs && mayVote(one)).length + (voters.has(ownKey(state)) ? 1 : 0);
  const sides = new Map<string, { readonly standing: Standing; count: number }>();
  for (const one of apart.filter(mayVote)) {
    const key = firstApart(one.standing, own, since);
    const side = sides.get(key);
    if (side === undefined) sides.set(key, { standing: one.standing, count: 1 });
    else side.count += 1;
  }
  const haveAllAnswered = reports.size + 1 >= devices;
  const all = Math.min(devices, voters.size);
  const here = firstApart(own, own, since);
  return [...sides].some(([there, { count }]) => {
    if (count * 2 > all) return true;
    if (!haveAllAnswered || count < ours) return false;
    return count > ours || there < here;
  });
}

/**
 * Whether this device, not being in the minority, must go on by a commit (the intent `renew`) before the others can
 * tell: to those who have gone further on another way, whoever stays where both once stood is only behind.
 */
export function mustGoOn(state: ConversationState, reports: ReadonlyMap<string, Standing>): boolean {
  const own = standingOf(state);
  return own !== undefined && compare(own, reports).some(({ isOurs, since }) => !isOurs && since === 0);
}

/** Whether any of them stands where we neither stand nor stood: that is worth asking all the others. */
export function isAnyApart(state: ConversationState, reports: ReadonlyMap<string, Standing>): boolean {
  const own = standingOf(state);
  return own !== undefined && compare(own, reports).some(({ isOurs }) => !isOurs);
}

/** Signature keys of those who were in the group so many epochs ago, and still are. */
function votersOf({ group, past }: ConversationState, since: number | undefined): ReadonlySet<string> {
  const now = [...(group?.epoch.tree.members() ?? [])].map(([, { signatureKey }]) => bytesKey(signatureKey));
  const then = since === undefined || since === 0 ? undefined : past[since - 1]?.signatureKeys;
  if (then === undefined) return new Set(now);
  const known = new Set(then.map((key) => (key === undefined ? "" : bytesKey(key))));
  return new Set(now.filter((key) => known.has(key)));
}

function ownKey({ group }: ConversationState): string {
  const leaf = group?.epoch.tree.leaf(group.epoch.ownLeaf);
  return leaf === undefined ? "" : bytesKey(leaf.signatureKey);
}

/** Above every hash in hexadecimal: whoever has not gone on gives way to as many who have. */
const nowhere = "~";

/** The transcript of a side's first epoch that the other does not know: it stays the same as both go on. */
function firstApart(standing: Standing, own: Standing, since: number | undefined): string {
  if (since === undefined) return toHex(standing.transcript);
  const back = Number(standing.epoch - (own.epoch - BigInt(since) + 1n));
  const hash = back < 0 ? undefined : [standing.transcript, ...standing.past][back];
  return back < 0 ? nowhere : toHex(hash ?? standing.transcript);
}
