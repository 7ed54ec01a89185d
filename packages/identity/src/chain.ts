import { equalBytes } from "@redoubt/base";
import { type Device, maxDevices, verifyDevices } from "./device.js";
import { type EntryBody, type EntryType, type ParsedEntry, parseEntry } from "./entry.js";
import { IdentityError } from "./error.js";
import type { Hashing } from "./hashing.js";
import { isOrigin } from "./origin.js";
import { isUsername } from "./username.js";

/** The longest chain, in bytes of signed entries: it travels whole in every key package of at most 64 KiB. */
export const maxChainBytes = 60 * 1_024;

/** The end of that room, which only the recovery key may use: a device cannot fill the chain and so stay in it. */
export const chainBytesForRecovery = 8 * 1_024;

/** What one verified entry stated. */
export interface HistoryEntry {
  readonly type: EntryType;
  /** SHA-256 of the signed entry. */
  readonly hash: Uint8Array;
  /** The public key that signed it: the recovery key's, or that of a device of the entry before. */
  readonly signer: Uint8Array;
  readonly devices: readonly Device[];
  readonly day: number;
}

/** What a verified chain says. The same for everybody who verifies the same bytes, at any time. */
export interface AccountState {
  /** SHA-256 of the signed genesis. */
  readonly accountId: Uint8Array;
  readonly username: string;
  /** Of the newest entry, from 0. */
  readonly seq: number;
  /** SHA-256 of the newest signed entry. */
  readonly head: Uint8Array;
  readonly devices: readonly Device[];
  /** Ed25519 public key, 32 bytes. */
  readonly recovery: Uint8Array;
  /** Of the newest entry, in days since 1970-01-01. */
  readonly day: number;
  /** `moved` from the first move on: the account lives at `target`. Nothing follows `tombstoned`. */
  readonly state: "active" | "moved" | "tombstoned";
  /** The origin that the newest move names; null before there is one. */
  readonly target: string | null;
  /** By seq. */
  readonly history: readonly HistoryEntry[];
  /** Bytes of all signed entries together. */
  readonly size: number;
}

/**
 * Verifies a whole chain from its bytes alone.
 *
 * @param entries signed entries from the genesis on, together at most 60 KiB
 * @throws IdentityError why the first bad entry was refused
 */
export function verifyChain(hashing: Hashing, entries: readonly Uint8Array[]): AccountState {
  const [genesis, ...later] = entries;
  if (genesis === undefined) throw new IdentityError("empty-chain");
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  if (size > maxChainBytes) throw new IdentityError("chain-too-long", `${size} bytes`);
  let account = openChain(hashing, genesis);
  for (const entry of later) account = extendChain(hashing, account, entry);
  return account;
}

/**
 * Verifies one more entry of a chain.
 *
 * @param entry the signed entry
 * @returns the account after it; `account` is not changed
 * @throws IdentityError why it was refused
 */
export function extendChain(hashing: Hashing, account: AccountState, entry: Uint8Array): AccountState {
  const parsed = parseEntry(entry);
  const { body } = parsed;
  if (account.state === "tombstoned") throw new IdentityError("tombstoned");
  if (body.type === "genesis") throw new IdentityError("misplaced-genesis");
  if (body.seq !== account.seq + 1) throw new IdentityError("wrong-seq", `${body.seq} after ${account.seq}`);
  if (body.prev === null || !equalBytes(body.prev, account.head)) throw new IdentityError("wrong-prev");
  if (body.username !== account.username) throw new IdentityError("username-changed");
  if (body.day < account.day) throw new IdentityError("day-went-back");
  requireRecoveryRule(account, body);
  requireSigner(account, parsed);
  const size = account.size + entry.length;
  const room = equalBytes(parsed.signer, account.recovery) ? maxChainBytes : maxChainBytes - chainBytesForRecovery;
  if (size > room) throw new IdentityError("chain-too-long", `${size} bytes`);
  const link = verifyEntry(hashing, entry, parsed, account.devices);
  return {
    ...account,
    seq: body.seq,
    head: link.hash,
    devices: link.devices,
    recovery: body.recovery,
    day: body.day,
    state: stateAfter(account, body),
    target: body.target ?? account.target,
    history: [...account.history, link],
    size,
  };
}

/**
 * The device that an entry of a chain stated, however long ago: what the evidence in an MLS leaf is judged by. The leaf
 * is valid if this is a device and its `sigKey` is the leaf's signature key.
 *
 * @param history of a verified chain
 * @param deviceId 16 bytes
 * @param hash of the signed entry with that seq, 32 bytes
 */
export function deviceInEntry(
  history: readonly HistoryEntry[],
  deviceId: Uint8Array,
  seq: number,
  hash: Uint8Array,
): Device | undefined {
  const entry = history[seq];
  if (entry === undefined || !equalBytes(entry.hash, hash)) return undefined;
  return entry.devices.find((device) => equalBytes(device.deviceId, deviceId));
}

function openChain(hashing: Hashing, entry: Uint8Array): AccountState {
  const parsed = parseEntry(entry);
  const { body } = parsed;
  if (body.type !== "genesis") throw new IdentityError("misplaced-genesis");
  if (body.seq !== 0) throw new IdentityError("wrong-seq", `${body.seq} at the beginning`);
  if (body.prev !== null) throw new IdentityError("wrong-prev");
  if (!isUsername(body.username)) throw new IdentityError("bad-username");
  if (!equalBytes(parsed.signer, body.recovery)) throw new IdentityError("signer-not-allowed");
  const link = verifyEntry(hashing, entry, parsed, []);
  return {
    accountId: link.hash,
    username: body.username,
    seq: 0,
    head: link.hash,
    devices: link.devices,
    recovery: body.recovery,
    day: body.day,
    state: "active",
    target: null,
    history: [link],
    size: entry.length,
  };
}

/** The rules that hold for an entry wherever it stands. */
function verifyEntry(
  hashing: Hashing,
  bytes: Uint8Array,
  { body, signer, signature, signedContent }: ParsedEntry,
  known: readonly Device[],
): HistoryEntry {
  if (body.type === "move" ? body.target === null || !isOrigin(body.target) : body.target !== null) {
    throw new IdentityError("bad-target");
  }
  const isEnd = body.type === "tombstone";
  if (body.devices.length > (isEnd ? 0 : maxDevices)) throw new IdentityError("too-many-devices");
  if (body.devices.length === 0 && !isEnd) throw new IdentityError("no-device");
  if (!hashing.verify(signer, signedContent, signature)) throw new IdentityError("bad-signature");
  const devices = verifyDevices(hashing, body, known);
  return { type: body.type, hash: hashing.sha256(bytes), signer, devices, day: body.day };
}

function requireRecoveryRule(account: AccountState, body: EntryBody): void {
  const isSame = equalBytes(body.recovery, account.recovery);
  if (body.type === "recovery" && isSame) throw new IdentityError("recovery-not-changed");
  if (body.type !== "recovery" && !isSame) throw new IdentityError("recovery-changed");
}

function requireSigner(account: AccountState, { body, signer }: ParsedEntry): void {
  if (equalBytes(signer, account.recovery)) return;
  const isDevice = account.devices.some(({ sigKey }) => equalBytes(sigKey, signer));
  if (body.type !== "devices" || !isDevice) throw new IdentityError("signer-not-allowed");
}

function stateAfter(account: AccountState, body: EntryBody): AccountState["state"] {
  if (body.type === "move") return "moved";
  return body.type === "tombstone" ? "tombstoned" : account.state;
}
