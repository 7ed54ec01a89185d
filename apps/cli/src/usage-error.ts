import { CodedError, type ErrorEntry } from "@redoubt/base";

const usageErrors = {
  "missing-command": { message: "Say what to do: `redoubt --help` lists the commands", retry: false },
  "unknown-command": { message: "There is no such command: `redoubt --help` lists them", retry: false },
  "unknown-option": { message: "There is no such option", retry: false },
  "repeated-option": { message: "An option was given twice", retry: false },
  "missing-value": { message: "An option lacks its value", retry: false },
  "bad-value": { message: "A value cannot be understood", retry: false },
  "missing-argument": { message: "An argument is missing", retry: false },
  "surplus-argument": { message: "There are more arguments than the command takes", retry: false },
  malformed: { message: "A line of rpc is a JSON array of strings", retry: false },
  "not-in-rpc": { message: "This command cannot be given within rpc", retry: false },
} as const satisfies Record<string, ErrorEntry>;

export type UsageErrorCode = keyof typeof usageErrors;

/** What was typed is no command. The exit status is 2. */
export class UsageError extends CodedError<UsageErrorCode> {
  constructor(code: UsageErrorCode, detail?: string) {
    super(code, usageErrors[code], detail);
  }
}
