import { concatBytes, utf8 } from "@redoubt/base";
import { createConversationContext, decodeDetail, keyPairOfSeed, type LogAccess } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createTransport, type Session } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { type AnonymousOp, domains } from "@redoubt/wire";
import type { Member } from "./group-world.js";

export const provider = await createNodeProvider();
export const context = createConversationContext(provider);

/** What a member's home says of the log of its only conversation. */
export function accessOf({ store }: Member): LogAccess {
  const [conversation] = store.conversations.list();
  if (conversation === undefined) throw new Error("no conversation");
  return decodeDetail(conversation.detail).access;
}

/** Does something to a log with what a member knows, past the member's client. */
export async function atLog<T>(
  access: LogAccess,
  work: (session: Session<AnonymousOp>, lastSeq: number) => Promise<T>,
): Promise<T> {
  const sha256 = (bytes: Uint8Array) => provider.hash("SHA-256", bytes);
  const transport = createTransport({ ...nodePlatform, url: access.relay, random: provider.random, sha256 });
  try {
    return await transport.errand(async (session) => {
      const { privateKey } = keyPairOfSeed(context, access.writeSeed);
      const message = concatBytes(utf8(domains.prove), session.nonce, access.logId);
      await session.request("prove", [access.logId, provider.signatures.Ed25519.sign(privateKey, message)]);
      const [, lastSeq] = await session.request("read", [access.logId, Number.MAX_SAFE_INTEGER, 1]);
      return work(session, lastSeq);
    });
  } finally {
    transport.close();
  }
}
