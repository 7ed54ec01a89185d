/** Every code that a relay refuses with: a sentence a person can act on, and whether the same request may work later. */
export const relayErrors = {
  malformed: { message: "The relay did not understand the request", retry: false },
  "unknown-op": { message: "The relay does not know this operation", retry: false },
  "wrong-socket": { message: "This operation belongs on the relay's other socket", retry: false },
  "rate-limited": { message: "Too many requests: wait a little and try again", retry: true },
  "too-large": { message: "This is larger than the relay accepts", retry: false },
  "not-authenticated": { message: "The device has not signed in on this connection", retry: false },
  internal: { message: "The relay failed: try again", retry: true },
  "shutting-down": { message: "The relay is restarting: try again in a moment", retry: true },
  "storage-full": { message: "The relay's storage is full: its operator must make room", retry: true },
  "storage-damaged": {
    message: "This part of the relay's storage is damaged: its operator must repair it",
    retry: true,
  },

  "name-taken": { message: "This user name is taken: choose another", retry: false },
  "invalid-entry": { message: "The account entry does not verify", retry: false },
  "stale-entry": { message: "Another device changed the account first", retry: false },
  "registration-closed": { message: "This relay takes no new accounts", retry: false },
  "invite-needed": { message: "This relay takes new accounts by invitation alone: ask its operator", retry: false },
  "bad-invite": { message: "The invite is unknown, used up or expired: ask for another", retry: false },
  "unknown-user": { message: "No account of that name on this relay", retry: false },
  "unknown-device": { message: "The account has no such device (any more)", retry: false },
  "key-packages-full": { message: "The relay holds enough key packages of this device", retry: false },
  "bad-signature": { message: "The signature does not verify", retry: false },
  "bad-stamp": { message: "The proof of work is missing, too small or too old", retry: false },

  "unknown-inbox": { message: "No such inbox on this relay", retry: false },
  "bad-token": { message: "The inbox does not accept this delivery token (today)", retry: false },
  "inbox-full": { message: "The inbox is full until its owner empties it", retry: true },

  "unknown-log": { message: "No such log on this relay (any more)", retry: false },
  "log-exists": { message: "A log of that id exists", retry: false },
  "log-full": { message: "The log is full", retry: false },
  "not-proved": { message: "This connection has not proved the log's write key", retry: false },
  "entry-conflict": { message: "Another entry of that id is in the log", retry: false },
  "rotation-conflict": { message: "The write key was changed by someone else: catch up first", retry: false },
  "unknown-blob": { message: "No such file on this relay (any more)", retry: false },
  "blob-exists": { message: "Another file of that id is on the relay", retry: false },
  "blob-offset": { message: "The upload stands at another place", retry: false },
  "blob-quota": { message: "This conversation has uploaded as much as it may today", retry: true },
  "no-metadata": { message: "The relay takes no metadata with a file: it must not learn its name", retry: false },
  "bad-range": { message: "The file has no such range", retry: false },
  "disclosure-gone": { message: "The relay no longer keeps this disclosure ready: ask for it anew", retry: true },
  "too-many-watches": { message: "As many logs are watched here as may be", retry: true },
} as const;

export type RelayErrorCode = keyof typeof relayErrors;

/** Codes that any operation may be refused with. The others are listed with their operations. */
export const commonCodes = [
  "malformed",
  "unknown-op",
  "wrong-socket",
  "rate-limited",
  "too-large",
  "not-authenticated",
  "internal",
  "shutting-down",
  "storage-full",
  "storage-damaged",
] as const satisfies readonly RelayErrorCode[];

/** Why the relay closed a socket, as WebSocket close codes (4000 to 4999 are the application's; RFC 6455 §7.4.2). */
export const closeCodes = {
  /** 1001, going away: the relay is shutting down. */
  goingAway: 1001,
  /** A message that is no request: not binary, not one CBOR value, no usable id. */
  malformed: 4400,
  /** Nobody signed in, or asked for anything, in the time there is for it. */
  idle: 4401,
  /** The device was revoked, or its account moved away. */
  revoked: 4403,
  /** The client reads too slowly what it asks for. */
  slow: 4408,
  /** More requests open at once, or more connections, than are allowed. */
  tooMany: 4429,
} as const;
