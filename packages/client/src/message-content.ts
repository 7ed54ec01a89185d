import { concatBytes, decodeCbor, encodeCbor, type Random, utf8 } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";

const idLabel = utf8("redoubt/message-id/v1");

/** Whose a message is. */
export interface Sender {
  readonly accountId: Uint8Array;
  readonly deviceId: Uint8Array;
}

/** What the store keeps of a content beside its bytes. */
export interface Described {
  readonly id: Uint8Array;
  readonly replyTo: Uint8Array | undefined;
}

export function describeContent(
  provider: CryptoProvider,
  conversation: Uint8Array,
  from: Sender,
  content: Uint8Array,
): Described | undefined {
  const value = decodeCbor(content);
  if (!Array.isArray(value) || value[0] !== 1) return undefined;
  const id = provider.hash("SHA-256", concatBytes(idLabel, conversation, from.accountId, from.deviceId, content));
  return { id, replyTo: value[3] instanceof Uint8Array ? value[3] : undefined };
}

export function textContent(random: Random, text: string, replyTo: Uint8Array | undefined): Uint8Array {
  return encodeCbor([1, random(16), text, replyTo ?? null]);
}

export function textOfContent(content: Uint8Array): string {
  const value = decodeCbor(content);
  return Array.isArray(value) && typeof value[2] === "string" ? value[2] : "";
}
