import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "port-in-use": {
    message: "The port is in use: stop what listens there, or choose another with --port",
    retry: false,
  },
  "cannot-listen": { message: "The relay cannot listen on this address", retry: false },
  "tls-unreadable": { message: "The TLS certificate or its key cannot be read", retry: false },
} as const satisfies Record<string, ErrorEntry>;

/** Why a relay does not start, beside what its store says. */
export class StartError extends CodedError<keyof typeof catalogue> {
  constructor(code: keyof typeof catalogue, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}
