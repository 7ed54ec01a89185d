import { type CborValue, concatBytes, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";
import { ConversationError } from "./error.js";

/** One entry of a log, as the relay gives it. */
export interface LogEntry {
  readonly seq: number;
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
}

/** How far a log was processed: the last entry's number and the hash over all entries up to it. */
export interface Position {
  readonly seq: number;
  /** head_n = SHA-256(head_{n-1} ‖ SHA-256(entryId ‖ bytes)), 32 bytes. */
  readonly head: Uint8Array;
}

/** Before the first entry. */
export const logStart: Position = { seq: 0, head: new Uint8Array(32) };

/** Heads that are kept to compare with what others saw. */
export const keptHeads = 512;

/** @throws ConversationError `gap` if the entry is not the next one */
export function advance(provider: CryptoProvider, before: Position, entry: LogEntry): Position {
  if (entry.seq !== before.seq + 1) throw new ConversationError("gap", `entry ${entry.seq} after ${before.seq}`);
  const digest = provider.hash("SHA-256", concatBytes(entry.entryId, entry.bytes));
  return { seq: entry.seq, head: provider.hash("SHA-256", concatBytes(before.head, digest)) };
}

/** What a sender authenticates with its message: how far it had processed the log, and proofs that the message needs. */
export interface Claim extends Position {
  /** Account chains that show whose devices are revoked: with commits that remove them. */
  readonly chains: readonly (readonly Uint8Array[])[];
}

/** Chains in one claim, and entries in one chain. */
const [maxChains, maxEntries] = [16, 512] as const;

export function encodeClaim({ seq, head }: Position, chains: Claim["chains"] = []): Uint8Array {
  return encodeCbor(chains.length === 0 ? [seq, head] : [seq, head, chains.map((chain) => [...chain])]);
}

/** @throws ConversationError `malformed` */
export function decodeClaim(bytes: Uint8Array): Claim {
  const value = decodeCbor(bytes);
  const [seq, head, chains, ...rest] = Array.isArray(value) ? value : [];
  const isPosition = typeof seq === "number" && seq >= 0 && head instanceof Uint8Array && head.length === 32;
  if (!isPosition || rest.length > 0) throw new ConversationError("malformed", "claim");
  return { seq, head, chains: readChains(chains) };
}

function readChains(value: CborValue | undefined): Claim["chains"] {
  if (value === undefined) return [];
  const isList = Array.isArray(value) && value.length > 0 && value.length <= maxChains;
  const isValid = isList && value.every(isChain);
  if (!isValid) throw new ConversationError("malformed", "chains of a claim");
  return value as Uint8Array[][];
}

function isChain(value: CborValue): boolean {
  return Array.isArray(value) && value.length <= maxEntries && value.every((entry) => entry instanceof Uint8Array);
}

/** How a sender's claim compares with what we saw. */
export type ClaimVerdict = "same" | "forked" | "from-the-future" | "too-old";

/**
 * Compares a claim with our own heads.
 *
 * @param at the number of the entry that carries the claim: its sender cannot have seen it
 * @param heads ours, by number
 */
export function judgeClaim(claim: Position, at: number, heads: ReadonlyMap<number, Uint8Array>): ClaimVerdict {
  if (claim.seq >= at) return "from-the-future";
  const ours = claim.seq === 0 ? logStart.head : heads.get(claim.seq);
  if (ours === undefined) return "too-old";
  return equalBytes(ours, claim.head) ? "same" : "forked";
}
