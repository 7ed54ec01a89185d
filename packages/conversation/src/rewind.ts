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
 * @param entries the log from some number on that is within the kept heads, or from its start, without a gap
 * @returns the same state if the log bears it out, or if the entries begin too late to tell
 */
export function rewound(
  { provider }: ConversationContext,
  state: ConversationState,
  entries: readonly LogEntry[],
): ConversationState {
  const common = lastCommon(provider, state, entries);
  if (common === undefined || common.seq >= state.position.seq) return state;
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

/** Without the self-removals of some members. */
function withoutWords(group: Group, unsaid: ReadonlySet<string>): Group {
  return dropProposals(group, ({ content: { framed } }) => {
    const leaf = framed.sender.kind === "member" ? group.epoch.tree.leaf(framed.sender.leafIndex) : undefined;
    return leaf !== undefined && unsaid.has(bytesKey(leaf.signatureKey));
  });
}

function lastCommon(
  provider: ConversationContext["provider"],
  { heads, position }: ConversationState,
  entries: readonly LogEntry[],
): Position | undefined {
  const first = entries[0]?.seq ?? 1;
  const head = first === 1 ? logStart.head : heads.get(first - 1);
  if (head === undefined) return undefined;
  let common: Position = { seq: first - 1, head };
  for (const entry of entries) {
    if (common.seq === position.seq) break;
    const next = advance(provider, common, entry);
    const ours = heads.get(next.seq);
    if (ours === undefined || !equalBytes(ours, next.head)) break;
    common = next;
  }
  return common;
}
