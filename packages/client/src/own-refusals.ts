import type { Store } from "@redoubt/store";
import type { MessageEffect } from "./messages/take-message.js";

/** Why nobody takes a message of ours that has come back, where saying it again would change nothing. */
const final: ReadonlyMap<string, string> = new Map([
  ["not-allowed", "not-allowed"],
  ["not a member", "not-active"],
]);

/**
 * What becomes of a message of our own that has come back and that all members ignore. One that was too late is sealed
 * anew; others are kept with the reason. Within the transaction of its log entry.
 */
export function takeOwnRefusal(store: Store, messageId: Uint8Array, reason: string): MessageEffect {
  const why = final.get(reason);
  store.messages.setState(messageId, why === undefined ? "pending" : "failed", why);
  return { kind: "changed", id: messageId };
}

/** Says of everything that waits in a conversation that it was not sent: we are no member any more. */
export function failWaiting(store: Store, conversation: Uint8Array): void {
  for (const { id } of store.messages.unsealed(conversation)) store.messages.setState(id, "failed", "not-active");
}
