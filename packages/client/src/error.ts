import { CodedError, type ErrorEntry } from "@redoubt/base";
import { ConversationError } from "@redoubt/conversation";

/** What a client refuses by itself; the relay's refusals keep the relay's codes. */
export const clientErrors = {
  "already-registered": { message: "This home has an account already.", retry: false },
  "not-registered": { message: "This home has no account. Register first.", retry: false },
  "bad-username": { message: "A user name has 3 to 32 of a-z, 0-9 and _, and begins with a letter.", retry: false },
  "bad-invite": { message: "An invite has 32 hexadecimal digits.", retry: false },
  "unknown-conversation": { message: "There is no such conversation.", retry: false },
  "not-allowed": { message: "The rules of the conversation do not allow this.", retry: false },
  "not-accepted": { message: "Accept the request before you answer.", retry: false },
  "no-devices": { message: "This person has no device that can be written to.", retry: true },
  "key-changed": { message: "This person's keys contradict what was seen before. Nothing is sent.", retry: false },
  "key-pending": { message: "This person's keys are still being checked. What you wrote waits.", retry: true },
  "key-unverified": { message: "This person's keys are not proved. Nothing is sent.", retry: false },
  "key-unavailable": { message: "This person's keys cannot be checked now. Nothing is sent.", retry: true },
  "unknown-member": { message: "There is no such member in this group.", retry: false },
  "unknown-message": { message: "There is no such message in this conversation.", retry: false },
  "wrong-account": { message: "The relay answered with another account than was asked for.", retry: false },
  blocked: { message: "You have blocked this person.", retry: false },
  yourself: { message: "That is yourself.", retry: false },
  "file-too-large": { message: "A file can have 2 GiB at most.", retry: false },
  "file-changed": { message: "The file changed before all of it was sent. Send it again.", retry: false },
  "file-gone": { message: "The file is no longer where it was, or is another one. Send it again.", retry: false },
  "file-expired": { message: "The relay no longer has this file. Ask for it to be sent again.", retry: false },
  "foreign-file": { message: "The file is not on this conversation's relay. It was not asked for.", retry: false },
  "no-attachment": { message: "This message has no such file.", retry: false },
  cancelled: { message: "You cancelled this.", retry: false },
  "altered-file": { message: "The relay has other bytes of this file than were sent. Nothing was kept.", retry: false },
  "disclosure-false": {
    message: "What the relay says it holds on you does not verify. Do not believe it.",
    retry: false,
  },
  "disclosure-key-changed": {
    message: "The relay signs by another key than before. Ask its operator why before you take the new one.",
    retry: false,
  },
  offline: { message: "The relay cannot be reached.", retry: true },
} as const satisfies Record<string, ErrorEntry>;

export type ClientErrorCode = keyof typeof clientErrors;

/** Why a message has failed: a reason of ours as it is, whatever else with what is said for it. */
export function failureOf(reason: string | undefined): CodedError {
  if (reason === "not-active") return new ConversationError("not-active");
  const isOurs = reason !== undefined && Object.hasOwn(clientErrors, reason);
  return isOurs ? new ClientError(reason as ClientErrorCode) : new ClientError("offline", reason);
}

export class ClientError extends CodedError<ClientErrorCode> {
  constructor(code: ClientErrorCode, detail?: string, cause?: unknown) {
    super(code, clientErrors[code], detail, cause);
  }
}
