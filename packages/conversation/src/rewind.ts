import { bytesKey, equalBytes } from "@redoubt/base";
import { dropProposals, type Group } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { advance, type LogEntry, logStart, type Position } from "./position.js";
import type { ConversationState } from "./state.js";

/**
 * Holds what we have read against the log as the relay gives it now, after a sign that it showed us another one, or
 * when another asks how we stand (it may be that others alone can tell): the state, back at the last entry that both
 * have. From there the log is taken in again. What was taken in stays taken in: messages that come again are ignored,
 * and whether members are still in one epoch is another question (`isMinority`).
 *
 * Who said only there that they leave has not said it.
 *
 * Own messages that stand behind that entry in the log that we had read have reached only those who were shown it: they
 * are to be sealed anew unless the log has them still.
 *
 * @param entries the log without a gap, from its start; or, if that is too long or gone, from within the kept heads: who
 *   has come in later than the logs part cannot tell then
 * @returns the same state if the log bears it out, or if the entries begin too late to tell
 */
export function rewound(
  context: ConversationContext,
  state: ConversationState,
  entries: readonly LogEntry[],
): ConversationState {
  const first = entries[0]?.seq ?? 1;
  const head = first === 1 ? logStart.head : state.heads.get(first - 1);
  if (head === undefined) return state;
  return backAt(state, compareLog(context, state, compareFrom({ seq: first - 1, head }), entries).common);
}

/** The state, back at an entry that both it and the log have. */
export function backAt(state: ConversationState, common: Position): ConversationState {
  if (common.seq >= state.position.seq) return state;
  const heads = new Map([...state.heads].filter(([seq]) => seq <= common.seq));
  const unsaid = state.said.filter(({ seq }) => seq > common.seq).map(({ key }) => bytesKey(key));
  return {
    ...state,
    position: common,
    begun: Math.min(state.begun, common.seq),
    heads,
    group: state.group && withoutWords(state.group, new Set(unsaid)),
    leaving: state.leaving.filter((key) => !unsaid.includes(bytesKey(key))),
    said: state.said.filter(({ seq }) => seq <= common.seq),
  };
}

/** How far what we have read has been held against a log. */
export interface LogComparison {
  /** Where the log has been read to. */
  readonly at: Position;
  /** The last entry that both have, so far. */
  readonly common: Position;
  /** Whether the log parts from what we have read. */
  readonly isApart: boolean;
}

/** @param start the log's start, or a head that we keep: that the log has come by it is then taken on trust */
export function compareFrom(start: Position): LogComparison {
  return { at: start, common: start, isApart: false };
}

/**
 * Holds the next entries of a log against what we have read. Before we came in, or what we keep begins, there is nothing
 * to hold them against: read from its start, the log has nothing in common with ours until then.
 *
 * @param entries those that follow on `before.at`, without a gap
 */
export function compareLog(
  { provider }: ConversationContext,
  { heads, position }: ConversationState,
  before: LogComparison,
  entries: readonly LogEntry[],
): LogComparison {
  const oldest = Math.min(...heads.keys(), position.seq);
  let { at, common } = before;
  for (const entry of entries) {
    if (before.isApart || at.seq >= position.seq) break;
    at = advance(provider, at, entry);
    if (at.seq < oldest) continue;
    const ours = heads.get(at.seq);
    if (ours === undefined || !equalBytes(ours, at.head)) return { at, common, isApart: true };
    common = at;
  }
  return { at, common, isApart: before.isApart };
}

/** Without the self-removals of some members. */
function withoutWords(group: Group, unsaid: ReadonlySet<string>): Group {
  return dropProposals(group, ({ content: { framed } }) => {
    const leaf = framed.sender.kind === "member" ? group.epoch.tree.leaf(framed.sender.leafIndex) : undefined;
    return leaf !== undefined && unsaid.has(bytesKey(leaf.signatureKey));
  });
}
