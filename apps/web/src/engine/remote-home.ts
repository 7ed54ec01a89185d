/**
 * How it stands with the engine and what it keeps here. Calls of the client wait while it is `starting`, and while it is
 * `locked` they are refused as `passphrase-needed`.
 *
 * `failed` names why there is no engine: `unsupported-browser`, `storage-cleared`, `engine-crashed`, or a code of the
 * store (`disk-full`, `damaged`, `unsupported`, …).
 */
export type HomeState =
  | { readonly kind: "starting" }
  | { readonly kind: "locked" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly error: { readonly code: string; readonly message: string } };

/** In bytes, as the browser estimates it. */
export interface Room {
  readonly used: number;
  readonly quota: number;
  /** Whether the browser has promised not to clear it by itself. */
  readonly isKept: boolean;
}

/** The place in this browser where the account is kept. */
export interface RemoteHome {
  state(): HomeState;
  /** @returns ends the subscription */
  subscribe(listener: (state: HomeState) => void): () => void;
  /** Opens a locked home. @throws `wrong-passphrase` */
  unlock(passphrase: string): Promise<void>;
  /** Whether a passphrase locks the home. */
  isLockable(): Promise<boolean>;
  /**
   * Sets, changes or, with `next` undefined, removes the passphrase.
   *
   * @param current the one that locks it now; undefined without one
   * @throws `wrong-passphrase`
   */
  setPassphrase(current: string | undefined, next: string | undefined): Promise<void>;
  /** Starts a failed engine once more. */
  restart(): void;
  /** Forgets everything that this browser keeps: account, messages, keys. There is no way back without the words. */
  erase(): Promise<void>;
  room(): Promise<Room>;
}
