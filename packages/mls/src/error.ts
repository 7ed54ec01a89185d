import { CodedError, type ErrorEntry } from "@redoubt/base";

/** Everything that this package refuses, and why. `retry` is false throughout: the same input stays wrong. */
export const mlsErrors = {
  malformed: { message: "The message is not well-formed MLS.", retry: false },
  "too-large": { message: "The message is larger than any that we accept.", retry: false },
  unsupported: { message: "The message uses something that this client does not support.", retry: false },
  "wrong-group": { message: "The message belongs to another group.", retry: false },
  "wrong-epoch": { message: "The message belongs to another epoch of the group.", retry: false },
  "wrong-sender": { message: "The message names a sender that may not send it.", retry: false },
  "own-message": { message: "The message is our own; its key is gone.", retry: false },
  "bad-signature": { message: "A signature does not verify.", retry: false },
  "bad-mac": { message: "An authentication tag does not verify.", retry: false },
  "cannot-decrypt": { message: "The message does not decrypt with this group's keys.", retry: false },
  "key-consumed": { message: "The message's key was used before and is gone: a replay, or too old.", retry: false },
  "too-far-ahead": { message: "The message's generation is too far ahead of what was received.", retry: false },
  "generations-exhausted": {
    message: "No message key is left in this epoch; a commit opens the next one.",
    retry: false,
  },
  "unknown-proposal": { message: "The commit refers to a proposal that was not received.", retry: false },
  "invalid-proposal": { message: "A proposal is not valid in this group.", retry: false },
  "invalid-proposal-list": { message: "The proposals cannot be committed together.", retry: false },
  "path-required": { message: "The commit must carry an update path and does not.", retry: false },
  "invalid-path": { message: "The commit's update path does not fit the tree.", retry: false },
  "invalid-leaf": { message: "A leaf node is not valid.", retry: false },
  "invalid-key-package": { message: "A key package is not valid.", retry: false },
  "invalid-tree": { message: "The ratchet tree is not valid.", retry: false },
  "invalid-group-info": { message: "The group information is not valid.", retry: false },
  "invalid-welcome": { message: "The welcome is not valid.", retry: false },
  "not-for-us": { message: "The welcome is for none of these key packages.", retry: false },
  "unknown-psk": { message: "A pre-shared key is needed that is not at hand.", retry: false },
  "not-a-member": { message: "There is no member at this leaf.", retry: false },
  "too-many-proposals": { message: "Too many proposals wait in this epoch; a commit clears them.", retry: false },
  "pending-proposals": { message: "Proposals are waiting: commit them before sending messages.", retry: false },
  "group-closed": { message: "The group was reinitialised and takes no more messages.", retry: false },
  stale: { message: "The group moved on since this was made; make it anew.", retry: false },
  "bad-state": { message: "The stored group state cannot be read.", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type MlsErrorCode = keyof typeof mlsErrors;

/** A refusal of this package, told apart by `code`. Whatever throws it has changed nothing. */
export class MlsError extends CodedError<MlsErrorCode> {
  constructor(code: MlsErrorCode, detail?: string, cause?: unknown) {
    super(code, mlsErrors[code], detail, cause);
  }
}

/** @throws MlsError with `code` and `detail` unless the condition holds */
export function demand(condition: boolean, code: MlsErrorCode, detail: string): asserts condition {
  if (!condition) throw new MlsError(code, detail);
}
