import { equalBytes, type Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { conceal } from "../concealed.js";
import type { AuthenticatedContent } from "../structs/framing.js";

/** The private side of a commit's path. */
export interface PendingPath {
  readonly encryptionPrivateKey: Secret;
  /** path_secret[0]: everything else of the path derives from it. */
  readonly pathSecret: Secret;
  /** There if the commit changes our signature key. */
  readonly signaturePrivateKey: Secret | undefined;
}

/**
 * A commit of ours that was sent and has not come back in the group's order. It is staged and merged like any other
 * once it does; if another commit comes first, it is dropped and `discard`ed.
 */
export interface PendingCommit {
  readonly epoch: bigint;
  /** Hash of the message's wire bytes, to know it again. */
  readonly messageHash: Uint8Array;
  readonly content: AuthenticatedContent;
  readonly path: PendingPath | undefined;
  /** Set if the commit sets up a group that follows another (RFC 9420 §11.2, §11.3). */
  readonly follows: "reinit" | "branch" | undefined;
}

export function makePendingCommit(pending: PendingCommit): PendingCommit {
  return conceal(pending);
}

/** Whether these wire bytes are the pending commit. */
export function isPendingCommit(suite: CipherSuite, pending: PendingCommit, bytes: Uint8Array): boolean {
  return equalBytes(suite.hash(bytes), pending.messageHash);
}

/** Wipes the keys of a commit that lost. */
export function discardPendingCommit({ path }: PendingCommit): void {
  path?.encryptionPrivateKey.fill(0);
  path?.pathSecret.fill(0);
}
