import { may, readPolicy, rosterOf } from "@redoubt/conversation";
import type { Store, StoredConversation } from "@redoubt/store";
import type { StoredConversations } from "../stored-conversations.js";

/** What the rules of a conversation say about its messages. */
export interface ConversationRules {
  /** Whether members tell each other what they have got and read. */
  readonly receipts: boolean;
  /** Whether members tell each other that they type. */
  readonly typing: boolean;
  /** Seconds after which messages disappear, from being read; 0 for never. */
  readonly disappearing: number;
  /** Whether we may write. */
  readonly mayPost: boolean;
  /** Whether an account may delete what others have written: in groups whoever may put members out. */
  readonly mayModerate: (account: Uint8Array) => boolean;
}

const silence: ConversationRules = {
  receipts: false,
  typing: false,
  disappearing: 0,
  mayPost: false,
  mayModerate: () => false,
};

/** The rules of a conversation as they are now, by the policy that its members share. */
export function rulesOf(
  { store, conversations }: { readonly store: Store; readonly conversations: StoredConversations },
  { id, state }: Pick<StoredConversation, "id" | "state">,
): ConversationRules {
  const { group } = conversations.get(id);
  if (group === undefined) return silence;
  const { tree, context } = group.epoch;
  const policy = readPolicy(context.extensions);
  const { receipts, typing, disappearing } = policy;
  const own = store.account.get()?.accountId;
  return {
    receipts,
    typing,
    disappearing,
    mayPost: state === "active" && own !== undefined && may(policy, rosterOf(tree), own, "post"),
    mayModerate: (account) => policy.kind === "group" && may(policy, rosterOf(tree), account, "remove"),
  };
}
