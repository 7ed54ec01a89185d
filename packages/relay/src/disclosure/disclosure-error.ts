import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "bad-username": {
    message:
      "A user name has 3 to 32 of a-z, 0-9 and _, begins with a letter, and has no capitals: ask for it as it is",
    retry: false,
  },
  "bad-log-id": { message: "A log's id has 64 hexadecimal digits, in small letters", retry: false },
  "no-key": { message: "There is no disclosure key in this folder: start the relay on it once", retry: false },
  "bad-key": { message: "The file of the disclosure key is damaged: restore it from a backup", retry: false },
  "map-incomplete": {
    message: "The database and the data map of this version differ: nothing is disclosed, since it would not be all",
    retry: false,
  },
  "out-exists": {
    message: "There is something in the place of the disclosure: choose another with --out",
    retry: false,
  },
  "out-not-writable": { message: "The disclosure cannot be written there", retry: false },
  "no-disclosure": { message: "This folder holds no disclosure: it has no disclosure.note", retry: false },
  "other-key": { message: "The disclosure is not signed by this key", retry: false },
  "file-altered": { message: "A file is not what was signed", retry: false },
  "file-missing": { message: "A file that was signed is not there", retry: false },
  "file-added": { message: "A file is there that was not signed", retry: false },
  "contradicts-note": { message: "A file says something else than the note", retry: false },
} as const satisfies Record<string, ErrorEntry>;

/** Why a disclosure is not made, or not believed. */
export class DisclosureError extends CodedError<keyof typeof catalogue> {
  /** @param detail a file of the disclosure, a column, or what was asked for */
  constructor(code: keyof typeof catalogue, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}
