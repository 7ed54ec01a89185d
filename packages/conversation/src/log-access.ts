import { asSecret, emptyBytes, type Secret, utf8 } from "@redoubt/base";
import { exportSecret, type Group } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { expandSha256 } from "./hkdf-sha256.js";

/** How a conversation's log is found, read and written. Every member has the same, but for the owner's key. */
export interface LogAccess {
  /** Origin of the relay that keeps the log. */
  readonly relay: string;
  /** 32 random bytes: whoever knows them can read the sealed entries. */
  readonly logId: Uint8Array;
  /** Opens the envelopes. */
  readonly logSecret: Secret<32>;
  /** Seed of the Ed25519 key that the relay lets append. */
  readonly writeSeed: Secret<32>;
  /** Seed of the Ed25519 key that resets the write key and deletes the log: owners have it, and both of a direct chat. */
  readonly ownerSeed: Secret<32> | undefined;
}

/** A log of its own, with keys that nobody has yet. */
export function newLogAccess(context: ConversationContext, relay: string): LogAccess {
  return {
    relay,
    logId: context.random(32),
    logSecret: asSecret<32>(context.random(32)),
    writeSeed: asSecret<32>(context.random(32)),
    ownerSeed: asSecret<32>(context.random(32)),
  };
}

/** What an epoch's keys for the log are derived from: an MLS export of 32 bytes, of which the caller wipes its copy. */
export const epochRoot = { label: "redoubt log", context: emptyBytes, length: 32 } as const;

export function epochRootOf({ mls }: ConversationContext, group: Group): Secret {
  return exportSecret(mls.suite, group, epochRoot.label, epochRoot.context, epochRoot.length);
}

const labels = {
  write: utf8("redoubt/write-key/v1"),
  logId: utf8("redoubt/log-id/v1"),
  logSecret: utf8("redoubt/log-secret/v1"),
  owner: utf8("redoubt/owner-key/v1"),
};

/** The log's access once a commit that removed somebody has opened its epoch: they do not have the write key. */
export function rotated({ provider }: ConversationContext, access: LogAccess, root: Secret): LogAccess {
  return { ...access, writeSeed: expandSha256(provider, root, labels.write) };
}

/**
 * The log that a conversation moves to: whoever is in the epoch that the moving commit opens can derive it.
 *
 * @param ownerSeed of the new log; derived as well where all are owners
 */
export function movedTo(
  { provider }: ConversationContext,
  relay: string,
  root: Secret,
  ownerSeed: Secret<32> | "derived" | undefined,
): LogAccess {
  return {
    relay,
    logId: expandSha256(provider, root, labels.logId),
    logSecret: expandSha256(provider, root, labels.logSecret),
    writeSeed: expandSha256(provider, root, labels.write),
    ownerSeed: ownerSeed === "derived" ? expandSha256(provider, root, labels.owner) : ownerSeed,
  };
}
