import { createNodeProvider } from "@redoubt/crypto/node";
import { type ConversationContext, createConversationContext } from "../../src/index.js";

export const provider = await createNodeProvider();
export const context: ConversationContext = createConversationContext(provider);

/** Seconds since 1970. */
export const now = 1_800_000_000n;
export const relay = "https://relay.example";

/** What no honest client is bound to: it takes every leaf for what it says, and knows every extension. */
export const lenient: ConversationContext = {
  ...context,
  mls: {
    ...context.mls,
    authentication: { refuse: () => undefined, clientId: (leaf) => leaf.signatureKey.join(), isSuccessor: () => true },
  },
};
