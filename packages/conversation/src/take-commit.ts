import { bytesKey, equalBytes } from "@redoubt/base";
import {
  discardPendingCommit,
  discardStagedCommit,
  encodeRatchetTree,
  type Group,
  MlsError,
  mergeCommit,
  type StagedCommit,
} from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { readMember } from "./evidence.js";
import { sealStart } from "./handover.js";
import { epochRootOf, type LogAccess, movedTo, rotated } from "./log-access.js";
import { type Policy, readPolicy } from "./policy.js";
import { logStart } from "./position.js";
import { checkCommit } from "./refuse-commit.js";
import { rosterOf } from "./roster.js";
import { type ConversationState, keptEpochs, placeOf } from "./state.js";
import type { TakenCommit, TakenEntry } from "./taken.js";

/**
 * Lets a staged commit take effect, if Redoubt allows it.
 *
 * @param moved the state with the log processed up to the commit
 * @param chains that the commit brought along
 * @throws ConversationError, MlsError: the commit is refused, and the state stays
 */
export function takeCommit(
  context: ConversationContext,
  moved: ConversationState,
  staged: StagedCommit,
  chains: readonly (readonly Uint8Array[])[],
): Omit<TakenEntry, "taken"> & { readonly taken: TakenCommit } {
  const group = moved.group as Group;
  const { tree, context: groupContext } = group.epoch;
  const committer = tree.leaf(staged.committer);
  if (committer === undefined) throw new MlsError("not-a-member");
  const before = readPolicy(groupContext.extensions);
  const after = policyOrDiscard(context, moved, staged, before, chains);
  const merged = mergeCommit(group, staged);
  const { pending } = moved;
  const isLost = pending !== undefined && !staged.isOwn;
  if (isLost) discardPendingCommit(pending.commit);
  const ownLeaf = tree.leaf(group.epoch.ownLeaf);
  const replacesUs =
    staged.removesUs &&
    ownLeaf !== undefined &&
    staged.added.some(({ leaf }) => equalBytes(leaf.signatureKey, ownLeaf.signatureKey));
  const won = staged.isOwn ? pending : undefined;
  const state = stateAfter(context, moved, staged, merged, { before, after, ownerSeed: won?.ownerSeed });
  const next = merged.group;
  const ready = next === undefined ? [] : (won?.welcomes ?? []);
  const place = ready.length === 0 ? undefined : won?.treePlace;
  const start = next !== undefined && ready.length > 0 ? sealStart(context, next, state) : undefined;
  return {
    state,
    taken: {
      kind: "commit",
      by: readMember(committer),
      isOwn: staged.isOwn,
      added: staged.added.map(({ leaf }) => readMember(leaf)),
      removed: staged.removed.map(({ leaf }) => readMember(leaf)),
      newLeaves: [...staged.added, ...staged.updated].map(({ leafIndex }) => leafIndex),
      removesUs: staged.removesUs,
      replacesUs,
      policy: staged.extensionsChanged ? { before, after } : undefined,
      lost: isLost ? pending : undefined,
      won,
      tree: place && next && { place, bytes: encodeRatchetTree(next.epoch.tree) },
      welcomes: start === undefined ? [] : ready.map((welcome) => ({ ...welcome, position: start })),
    },
    alarms: [],
    consumed: merged.consumed,
  };
}

function policyOrDiscard(
  context: ConversationContext,
  { leaving, group }: ConversationState,
  staged: StagedCommit,
  policy: Policy,
  chains: readonly (readonly Uint8Array[])[],
): Policy {
  const { tree, context: groupContext } = (group as Group).epoch;
  const { groupId, extensions } = groupContext;
  try {
    return checkCommit(context, { groupId, roster: rosterOf(tree), extensions, policy, leaving, chains }, staged);
  } catch (error) {
    discardStagedCommit(staged);
    throw error;
  }
}

function stateAfter(
  context: ConversationContext,
  moved: ConversationState,
  staged: StagedCommit,
  merged: ReturnType<typeof mergeCommit>,
  rules: { readonly before: Policy; readonly after: Policy; readonly ownerSeed: LogAccess["ownerSeed"] },
): ConversationState {
  const next = merged.group;
  if (next === undefined) return { ...moved, group: undefined, past: [], pending: undefined, leaving: [], said: [] };
  // Who is brought in anew by the same commit has not said since then that it leaves.
  const gone = new Set(staged.removed.map(({ leaf }) => bytesKey(leaf.signatureKey)));
  const isMoved = rules.after.home.moves !== rules.before.home.moves;
  return {
    ...moved,
    begun: isMoved ? 0 : moved.position.seq,
    ...(isMoved ? { position: logStart, heads: new Map(), placeOffset: placeOf(moved, moved.position.seq) } : {}),
    access: accessAfter(context, moved.access, next, staged, rules),
    group: next,
    past: [merged.past, ...moved.past].slice(0, keptEpochs),
    pending: undefined,
    leaving: moved.leaving.filter((key) => !gone.has(bytesKey(key))),
    said: [],
  };
}

function accessAfter(
  context: ConversationContext,
  access: LogAccess,
  next: Group,
  staged: StagedCommit,
  { before, after, ownerSeed }: { before: Policy; after: Policy; ownerSeed: LogAccess["ownerSeed"] },
): LogAccess {
  const isMoved = after.home.moves !== before.home.moves;
  if (!isMoved && staged.removed.length === 0) return access;
  const root = epochRootOf(context, next);
  const owner = after.kind === "direct" ? "derived" : ownerSeed;
  const changed = isMoved ? movedTo(context, after.home.relay, root, owner) : rotated(context, access, root);
  root.fill(0);
  return changed;
}
