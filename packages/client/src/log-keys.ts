import { concatBytes, utf8 } from "@redoubt/base";
import { type ConversationContext, keyPairOfSeed, type LogAccess } from "@redoubt/conversation";
import { RelayError, type Session } from "@redoubt/transport";
import { type AnonymousOp, domains } from "@redoubt/wire";

type LogSession = Session<AnonymousOp>;

function publicKeyOf(context: ConversationContext, seed: Uint8Array): Uint8Array {
  const { publicKey, privateKey } = keyPairOfSeed(context, seed);
  privateKey.fill(0);
  return publicKey;
}

function signBy(context: ConversationContext, seed: Uint8Array, message: Uint8Array): Uint8Array {
  const { privateKey } = keyPairOfSeed(context, seed);
  const signature = context.provider.signatures.Ed25519.sign(privateKey, message);
  privateKey.fill(0);
  return signature;
}

/** Creates the log of a conversation that we open, or that we move. The same call again does no harm. */
export async function createLog(context: ConversationContext, session: LogSession, access: LogAccess): Promise<void> {
  const { logId, writeSeed, ownerSeed } = access;
  // Who has no owner's key makes none either.
  if (ownerSeed === undefined) return;
  const [writeKey, ownerKey] = [publicKeyOf(context, writeSeed), publicKeyOf(context, ownerSeed)];
  try {
    await session.request("create-log", [logId, writeKey, ownerKey, await session.stamp(logId)]);
  } catch (error) {
    // It is ours: its key has turned since, and our entry is in it.
    if (!(error instanceof RelayError) || error.code !== "log-exists") throw error;
  }
}

/** Changes the log's write key, whatever it is, to the one that all members have. @throws RelayError */
export async function resetWriteKey(
  context: ConversationContext,
  session: LogSession,
  { logId, writeSeed, ownerSeed }: LogAccess,
): Promise<void> {
  if (ownerSeed === undefined) return;
  const [counter] = await session.request("log-counter", [logId]);
  const writeKey = publicKeyOf(context, writeSeed);
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(counter));
  const signature = signBy(context, ownerSeed, concatBytes(utf8(domains.reset), logId, writeKey, number));
  await session.request("reset-log", [logId, writeKey, counter, signature]);
}

/**
 * Changes the log's owner key.
 *
 * @param newSeed of the key that takes its place
 * @throws RelayError `bad-signature` if the key that we have is the owner's no more
 */
export async function changeOwnerKey(
  context: ConversationContext,
  session: LogSession,
  { logId, ownerSeed }: LogAccess,
  newSeed: Uint8Array,
): Promise<void> {
  if (ownerSeed === undefined) return;
  const newKey = publicKeyOf(context, newSeed);
  const signature = signBy(context, ownerSeed, concatBytes(utf8(domains.owner), logId, newKey));
  await session.request("change-owner", [logId, newKey, signature]);
}
