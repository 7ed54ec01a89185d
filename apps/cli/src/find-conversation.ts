import { type Client, ClientError } from "@redoubt/client";
import { nameOf } from "./account-commands.js";

/** How much of a conversation's id people are shown. */
export const shownIdLength = 8;
const leastIdLength = 4;

/**
 * The conversation that was meant: by its id, by the beginning of its id if that is of one conversation alone, or as
 * `@NAME` by the person whom a direct conversation is with.
 *
 * @returns its id
 * @throws ClientError `unknown-conversation`
 */
export function findConversation(client: Client, text: string): string {
  const all = client.list();
  const found = text.startsWith("@")
    ? all.filter(({ kind, title }) => kind === "direct" && title === nameOf(text))
    : all.filter(({ conversation }) => text.length >= leastIdLength && conversation.startsWith(text.toLowerCase()));
  const [only, another] = found;
  if (only === undefined || another !== undefined) throw new ClientError("unknown-conversation");
  return only.conversation;
}

/** The same; a person with whom there is no conversation yet gets one. @throws what `directWith` throws */
export async function findOrOpenConversation(client: Client, text: string): Promise<string> {
  return text.startsWith("@") ? client.directWith(nameOf(text)) : findConversation(client, text);
}
