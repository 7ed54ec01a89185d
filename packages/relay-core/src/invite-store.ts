/** Invites to register. Writes happen inside a transaction. */
export interface InviteStore {
  /** @param invite `hash`: 32 bytes, new; `uses`: from 1; `lastDay`: the last day that it holds, in days since 1970-01-01 */
  add(invite: { readonly hash: Uint8Array; readonly uses: number; readonly lastDay: number }): void;

  /** Takes one use; with the last one the invite is gone. @returns false, with nothing written, if it does not hold */
  take(hash: Uint8Array, today: number): boolean;

  /** Forgets the invites that have ended before a day. */
  expire(today: number): void;
}
