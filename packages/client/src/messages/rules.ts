import type { StoredConversation } from "@redoubt/store";

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
  /** Whether an account may delete what others have written. */
  readonly mayModerate: (account: Uint8Array) => boolean;
}

/** The rules of a conversation as they are now. */
export function rulesOf({ kind, state }: Pick<StoredConversation, "kind" | "state">): ConversationRules {
  const isDirect = kind === "direct";
  return {
    receipts: isDirect,
    typing: isDirect,
    disappearing: 0,
    mayPost: state === "active",
    mayModerate: () => false,
  };
}
