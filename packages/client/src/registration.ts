import { asSecret, decodeCbor, encodeCbor, type Secret, utf8 } from "@redoubt/base";
import { type ConversationContext, hashingOf, keyPairOfSeed } from "@redoubt/conversation";
import { createGenesis, dayOf, isUsername, proveDevice } from "@redoubt/identity";
import type { Store } from "@redoubt/store";
import { RelayError, type Session } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { ClientError } from "./error.js";
import { encodeDeviceKeys, type OwnDevice } from "./own-device.js";
import { newRecoverySecret, recoveryWords } from "./recovery-words.js";

const pendingKey = "pending-registration";
const recoveryLabel = utf8("redoubt/recovery-key/v1");

/** A registration under way: kept until the relay has answered, so that a crash repeats it with the same keys. */
interface PendingRegistration {
  readonly username: string;
  readonly genesis: Uint8Array;
  readonly deviceSeed: Uint8Array;
  readonly recoverySecret: Secret<32>;
}

/** What a person asks for. */
export interface RegistrationIntent {
  readonly username: string;
  /** The code of an invite, where the relay asks for one. */
  readonly invite?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

function loadPending(store: Store): PendingRegistration | undefined {
  const bytes = store.meta.get(pendingKey);
  const value = bytes && decodeCbor(bytes);
  if (!Array.isArray(value)) return undefined;
  const [username, genesis, deviceSeed, recoverySecret] = value as [string, Uint8Array, Uint8Array, Uint8Array];
  return { username, genesis, deviceSeed, recoverySecret: asSecret<32>(recoverySecret) };
}

/** What an invite's code stands for: 16 bytes, in hexadecimal, with hyphens wherever they are. */
function readInvite(code: string): Uint8Array {
  const digits = code.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new ClientError("bad-invite");
  return Uint8Array.from(digits.match(/../g) as string[], (pair) => Number.parseInt(pair, 16));
}

/** The seed of the recovery signing key that the words stand for. */
function recoverySeed({ provider }: ConversationContext, secret: Secret<32>): Secret<32> {
  return asSecret<32>(provider.hmac("SHA-256", secret, recoveryLabel));
}

function prepare(context: ConversationContext, username: string, now: number): PendingRegistration {
  const { Ed25519 } = context.provider.signatures;
  const deviceSeed = context.random(32);
  const recoverySecret = newRecoverySecret(context.random);
  const device = keyPairOfSeed(context, deviceSeed);
  const recovery = keyPairOfSeed(context, recoverySeed(context, recoverySecret));
  const inboxId = context.random(16);
  const claim = proveDevice(username, device.publicKey, inboxId, (m) => Ed25519.sign(device.privateKey, m));
  const { entry } = createGenesis(hashingOf(context.provider), {
    username,
    devices: [claim],
    recovery: { publicKey: recovery.publicKey, sign: (m) => Ed25519.sign(recovery.privateKey, m) },
    day: dayOf(now),
  });
  return { username, genesis: entry, deviceSeed, recoverySecret };
}

/**
 * Makes an account on the relay. Whatever happens, the same call again leads to the same account or to a clear refusal.
 *
 * @returns the 24 words
 * @throws ClientError `already-registered`, `bad-username`, `bad-invite`; RelayError, TransportError
 */
export async function register(
  context: ConversationContext,
  store: Store,
  session: Session<AnonymousOp>,
  { username, invite, now }: RegistrationIntent,
): Promise<readonly string[]> {
  if (store.account.get() !== undefined) throw new ClientError("already-registered");
  if (!isUsername(username)) throw new ClientError("bad-username");
  const inviteSecret = invite === undefined ? null : readInvite(invite);
  const begun = loadPending(store);
  const pending = begun?.username === username ? begun : prepare(context, username, now);
  const { genesis, deviceSeed, recoverySecret } = pending;
  store.meta.set(pendingKey, encodeCbor([username, genesis, deviceSeed, recoverySecret]));
  const { sha256 } = hashingOf(context.provider);
  const accountId = sha256(genesis);
  try {
    await session.request("register", [genesis, await session.stamp(accountId), inviteSecret]);
  } catch (error) {
    if (error instanceof RelayError && !error.retry) store.meta.delete(pendingKey);
    throw error;
  }
  const words = recoveryWords(recoverySecret);
  store.transaction(() => {
    store.account.set({ accountId, username, deviceKeys: encodeDeviceKeys(deviceSeed) });
    store.account.appendEntry(0, genesis);
    store.meta.delete(pendingKey);
  });
  recoverySecret.fill(0);
  return words;
}

/**
 * Gives an account back to a relay that does not know it (any more): one that was restored from an older backup. It is
 * the same genesis, so nothing but the account itself can come of it.
 *
 * @throws RelayError `name-taken` if somebody else has the name now, `invite-needed`, `registration-closed`; TransportError
 */
export async function registerAgain(
  store: Store,
  { account, chain }: OwnDevice,
  session: Session<AnonymousOp>,
): Promise<void> {
  const [genesis] = chain;
  if (genesis === undefined) throw new ClientError("not-registered");
  const stamp = await session.stamp(account.accountId);
  // The inbox begins anew, and so do its numbers.
  store.inbox.setCursor(0);
  await session.request("register", [genesis, stamp, null]);
}
