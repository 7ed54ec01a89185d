import { CodedError, type ErrorEntry } from "@redoubt/base";

/** What can be wrong with the engine itself. What the client and its store refuse keeps its own code. */
const engineErrors = {
  "engine-restarted": {
    message: "The app was interrupted while it did this. Look whether it is done before you try again.",
    retry: false,
  },
  "engine-crashed": { message: "The app has stopped several times in a row. Reload the page.", retry: true },
  "unsupported-browser": {
    message: "This browser cannot keep an encrypted store here: use a newer one, and no private window.",
    retry: false,
  },
  "storage-cleared": {
    message: "The browser has cleared what Redoubt kept here: account, messages and keys are gone from this device.",
    retry: false,
  },
  internal: { message: "Something unexpected went wrong.", retry: false },
} as const satisfies Record<string, ErrorEntry>;

type EngineErrorCode = keyof typeof engineErrors;

export class EngineError extends CodedError<EngineErrorCode> {
  constructor(code: EngineErrorCode, detail?: string) {
    super(code, engineErrors[code], detail);
  }
}

/** An error as it crosses from the worker to a page. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

/** What of an error crosses: of what nobody threw on purpose, its class alone, for its message may hold anything. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof CodedError) return error.toJSON();
  return new EngineError("internal", error instanceof Error ? error.name : undefined).toJSON();
}

export function fromPlain({ code, message, retry }: PlainError): CodedError {
  return new CodedError(code, { message, retry });
}
