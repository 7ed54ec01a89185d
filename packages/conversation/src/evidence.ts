import { bytesKey, type CborValue, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import type { CryptoProvider, KeyPair } from "@redoubt/crypto";
import { type AccountState, type Device, deviceInEntry, type Hashing, verifyChain } from "@redoubt/identity";
import {
  type AuthenticationService,
  type ClientIdentity,
  type Extensions,
  findExtension,
  type LeafNode,
  type PresentedCredential,
} from "@redoubt/mls";
import { redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";

/** Whose a leaf is, as its credential says: a device of an account, in one entry of the account's chain. */
export interface Member {
  /** 32 bytes. */
  readonly accountId: Uint8Array;
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
  /** Number and hash of the entry that states the device. */
  readonly entrySeq: number;
  readonly entryHash: Uint8Array;
}

/** The cryptography of account chains, by a crypto provider. */
export function hashingOf(provider: CryptoProvider): Hashing {
  return {
    sha256: (bytes) => provider.hash("SHA-256", bytes),
    sha512: (bytes) => provider.hash("SHA-512", bytes),
    verify: (publicKey, message, signature) => provider.signatures.Ed25519.verify(publicKey, message, signature),
  };
}

function encodeMember({ accountId, deviceId, entrySeq, entryHash }: Member): Uint8Array {
  return encodeCbor([accountId, deviceId, entrySeq, entryHash]);
}

function isBytes(value: CborValue | undefined, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

/**
 * Whose a leaf says it is.
 *
 * @throws ConversationError `malformed`; never for the leaf of a group, whose leaves were all judged
 */
export function readMember({ credential }: Pick<LeafNode, "credential">): Member {
  const value = credential.type === 1 ? decodeCbor(credential.identity) : undefined;
  const [accountId, deviceId, entrySeq, entryHash, ...rest] = Array.isArray(value) ? (value as CborValue[]) : [];
  const isValid = isBytes(accountId, 32) && isBytes(deviceId, 16) && isBytes(entryHash, 32) && rest.length === 0;
  if (!isValid || typeof entrySeq !== "number") throw new ConversationError("malformed", "credential");
  return { accountId, deviceId, entrySeq, entryHash };
}

/** The signed entries that travel with a leaf. @throws ConversationError `malformed` */
export function readChain(extensions: Extensions): readonly Uint8Array[] {
  const data = findExtension(extensions, redoubtExtension.accountChain);
  const value = data && decodeCbor(data);
  if (!Array.isArray(value) || !value.every((entry) => entry instanceof Uint8Array)) {
    throw new ConversationError("malformed", "account chain");
  }
  return value as Uint8Array[];
}

/** The account that a judged leaf gives evidence of. */
export function accountOf(provider: CryptoProvider, leaf: Pick<LeafNode, "extensions">): AccountState {
  return verifyChain(hashingOf(provider), readChain(leaf.extensions));
}

/**
 * Redoubt's Authentication Service (RFC 9420 §5.3.1): a leaf is valid if the chain that it carries verifies and its
 * signature key is that device's key in the named entry. Judged from bytes alone.
 */
export function createAuthentication(provider: CryptoProvider): AuthenticationService {
  const hashing = hashingOf(provider);

  function judge({ credential, signatureKey, extensions }: PresentedCredential): string | undefined {
    const member = readMember({ credential });
    const account = verifyChain(hashing, readChain(extensions));
    if (!equalBytes(account.accountId, member.accountId)) return "the chain is another account's";
    if (account.seq !== member.entrySeq) return "the chain does not end at the entry it names";
    const device = deviceInEntry(account.history, member.deviceId, member.entrySeq, member.entryHash);
    if (device === undefined) return "no such device in that entry";
    return equalBytes(device.sigKey, signatureKey) ? undefined : "the key is another device's";
  }

  return {
    refuse(presented) {
      try {
        return judge(presented);
      } catch (error) {
        return (error as Error).message;
      }
    },
    clientId(leaf) {
      const { accountId, deviceId } = readMember(leaf);
      return bytesKey(accountId) + bytesKey(deviceId);
    },
    isSuccessor(before, after) {
      const [old, next] = [readMember(before), readMember(after)];
      const isSame = equalBytes(old.accountId, next.accountId) && equalBytes(old.deviceId, next.deviceId);
      return isSame && next.entrySeq >= old.entrySeq;
    },
  };
}

/** What one of our devices says of itself in key packages and leaves. */
export function deviceIdentity(
  account: AccountState,
  chain: readonly Uint8Array[],
  device: Device,
  signatureKeys: KeyPair,
): ClientIdentity {
  const identity = encodeMember({
    accountId: account.accountId,
    deviceId: device.deviceId,
    entrySeq: account.seq,
    entryHash: account.head,
  });
  return {
    credential: { type: 1, identity },
    signatureKeys,
    leafExtensions: [{ type: redoubtExtension.accountChain, data: encodeCbor([...chain]) }],
  };
}
