import type { Random } from "@redoubt/base";
import {
  accountUri,
  decodeMimiContent,
  encodeMimiContent,
  messageIdOf,
  plainTextOf,
  roomUri,
  textMessage,
} from "@redoubt/conversation";
import type { CryptoProvider } from "@redoubt/crypto";

/** What a message is that nothing was said about yet. */
export const newMessage = {
  kind: "shown",
  fate: "kept",
  target: undefined,
  thread: undefined,
  mentionsUs: false,
  expiresAfter: undefined,
  expiresAt: undefined,
} as const;

/** What the store keeps of a content beside its bytes. */
export interface Described {
  /** The message's id (draft-ietf-mimi-content-08 §3.3), 32 bytes. */
  readonly id: Uint8Array;
  readonly replyTo: Uint8Array | undefined;
}

/**
 * What a content is, by its bytes and its sender.
 *
 * @param conversation the MLS group id
 * @param sender the account id
 * @throws ConversationError `malformed`
 */
export function describeContent(
  provider: CryptoProvider,
  conversation: Uint8Array,
  sender: Uint8Array,
  message: Uint8Array,
): Described {
  const { salt, inReplyTo } = decodeMimiContent(message);
  const origin = { senderUri: accountUri(sender), roomUri: roomUri(conversation) };
  const id = messageIdOf((bytes) => provider.hash("SHA-256", bytes), origin, { message, salt });
  return { id, replyTo: inReplyTo };
}

/** @throws ConversationError `too-long` */
export function textContent(random: Random, text: string, replyTo: Uint8Array | undefined): Uint8Array {
  return encodeMimiContent(textMessage(random, text, replyTo === undefined ? {} : { replyTo }));
}

/** What a content says, as plain text. */
export function textOfContent(content: Uint8Array): string {
  return plainTextOf(decodeMimiContent(content)) ?? "";
}
