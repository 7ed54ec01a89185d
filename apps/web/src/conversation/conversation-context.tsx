import type { MessageInfo } from "@redoubt/client";
import { createContext, useContext } from "react";

/** What the parts of an open conversation ask of it. */
export interface Conversing {
  startReply(message: MessageInfo): void;
  startEdit(message: MessageInfo): void;
  /** Scrolls to a message and points it out. */
  jumpTo(message: string): void;
  pickReaction(message: MessageInfo): void;
  showDetails(message: MessageInfo): void;
  confirmDelete(message: MessageInfo): void;
  /** Ids of the messages that are pinned for all. */
  readonly pinned: readonly string[];
  readonly mayPin: boolean;
}

export const ConversationContext = createContext<Conversing | undefined>(undefined);

/** The conversation that this part of the screen belongs to. */
export function useConversation(): Conversing {
  const conversing = useContext(ConversationContext);
  if (conversing === undefined) throw new Error("outside of a conversation");
  return conversing;
}
