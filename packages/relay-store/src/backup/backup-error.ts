import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "no-data": { message: "There is no relay's database in this folder: check --data", retry: false },
  "unfit-name": {
    message: "The data folder holds a file of a name that no backup can hold: move it elsewhere",
    retry: false,
  },
  "file-exists": { message: "The file exists already: choose another name", retry: false },
  "inside-data": { message: "A backup inside the data folder would hold itself: choose another place", retry: false },
  "cannot-write": {
    message: "The backup cannot be written there: check the path, its permissions and its room",
    retry: false,
  },
  "cannot-read": { message: "The backup cannot be read: check the path and its permissions", retry: false },
  "not-a-backup": { message: "This is no backup of a relay, or its end is missing", retry: false },
  "newer-backup": { message: "A newer version of the relay has made this backup: update first", retry: false },
  damaged: { message: "The backup is damaged: use another one", retry: false },
  "not-empty": { message: "The folder is not empty: a backup is restored into an empty one", retry: false },
  "cannot-restore": {
    message: "The folder cannot be written: check its path, its permissions and its room",
    retry: false,
  },
} as const satisfies Record<string, ErrorEntry>;

/** Why a backup is not made or not restored. */
export class BackupError extends CodedError<keyof typeof catalogue> {
  constructor(code: keyof typeof catalogue, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}
