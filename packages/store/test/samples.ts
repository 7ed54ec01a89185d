import type { StoredConversation, StoredMessage } from "../src/index.js";

/** A byte string that `n` names. */
export function bytesOfLength(length: number, n: number): Uint8Array {
  return new Uint8Array(length).fill(n & 0xff);
}

/** A 32-byte id that `n` names. */
export function idOf(n: number): Uint8Array {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(28, n);
  return id;
}

/** A conversation; its log is named after its id. */
export function conversationRow(
  given: Partial<StoredConversation> & Pick<StoredConversation, "id">,
): StoredConversation {
  return {
    kind: "direct",
    state: "active",
    logId: Uint8Array.from(given.id).reverse(),
    detail: Uint8Array.of(1, 2, 3),
    cursorSeq: 0,
    title: "Zoë & Ünal",
    invitedBy: undefined,
    ...given,
  };
}

export function messageRow(given: Partial<StoredMessage> & Pick<StoredMessage, "id" | "conversation">): StoredMessage {
  return {
    seq: undefined,
    epoch: 3n,
    senderAccount: idOf(7),
    senderDevice: bytesOfLength(16, 8),
    at: 1_790_000_000_000,
    content: Uint8Array.of(9),
    state: "pending",
    replyTo: undefined,
    reason: undefined,
    kind: "shown",
    fate: "kept",
    target: undefined,
    thread: undefined,
    mentionsUs: false,
    expiresAfter: undefined,
    expiresAt: undefined,
    ...given,
  };
}
