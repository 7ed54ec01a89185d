import { once } from "node:events";
import type { Client, MessageInfo } from "@redoubt/client";

/**
 * Gives the newest messages of a conversation, oldest first, and then every later one as it comes.
 *
 * @param limit how many of what there is; all of it without
 * @returns stops it
 */
export function follow(
  client: Client,
  conversation: string,
  limit: number | undefined,
  show: (message: MessageInfo) => void,
): () => void {
  const take = (message: MessageInfo) => {
    show(message);
    client.markRead(conversation);
  };
  // Nothing can come in between, for nothing is awaited.
  for (const message of client.read(conversation, limit === undefined ? {} : { limit })) take(message);
  return client.subscribe((event) => {
    if (event.kind === "message" && event.message.conversation === conversation) take(event.message);
  });
}

/** Settles when the signal says stop. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
