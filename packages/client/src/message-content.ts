import { accountUri, decodeMimiContent, messageIdOf, roomUri } from "@redoubt/conversation";
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

/**
 * The id of a content, by its bytes and its sender (draft-ietf-mimi-content-08 §3.3): 32 bytes.
 *
 * @param conversation the MLS group id
 * @param sender the account id
 * @throws ConversationError `malformed`
 */
export function contentId(
  provider: CryptoProvider,
  conversation: Uint8Array,
  sender: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const { salt } = decodeMimiContent(message);
  const origin = { senderUri: accountUri(sender), roomUri: roomUri(conversation) };
  return messageIdOf((bytes) => provider.hash("SHA-256", bytes), origin, { message, salt });
}
