import type { ConversationContext } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { StoredConversations } from "../stored-conversations.js";

/** What work on messages uses. */
export interface MessagePorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
