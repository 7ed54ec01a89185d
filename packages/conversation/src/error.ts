import { CodedError, type ErrorEntry } from "@redoubt/base";

/** What a conversation refuses, and why. */
export const conversationErrors = {
  malformed: { message: "The data is not in the form that Redoubt uses.", retry: false },
  "unsupported-policy": {
    message: "The conversation follows rules that this version does not know. Update.",
    retry: false,
  },
  "against-profile": { message: "The change does something that Redoubt does not allow.", retry: false },
  "not-allowed": { message: "Your role in this group does not allow that.", retry: false },
  "not-a-group": { message: "This is a direct conversation: it has no title and no roles.", retry: false },
  "bad-policy": {
    message: "The title, the description, the picture or the time until messages disappear is too long.",
    retry: false,
  },
  "too-many-members": { message: "A group has at most 1,000 devices.", retry: false },
  "not-active": { message: "You are not a member of this conversation.", retry: false },
  "commit-pending": { message: "A change to this conversation is on its way; wait for it.", retry: true },
  "too-long": { message: "The text is too long to be sent in one message.", retry: false },
  "bad-reaction": { message: "A reaction is an emoji, or a few characters on one line.", retry: false },
  "bad-profile": {
    message: "A name has at most 64 characters; a picture is PNG, JPEG or WebP of at most 16 KiB.",
    retry: false,
  },
  gap: { message: "An entry of the conversation is missing.", retry: true },
} as const satisfies Record<string, ErrorEntry>;

export type ConversationErrorCode = keyof typeof conversationErrors;

/** A refusal of this package, told apart by `code`. Whatever throws it has changed nothing. */
export class ConversationError extends CodedError<ConversationErrorCode> {
  constructor(code: ConversationErrorCode, detail?: string, cause?: unknown) {
    super(code, conversationErrors[code], detail, cause);
  }
}
