import { CodedError, type ErrorEntry } from "@redoubt/base";

const catalogue = {
  "not-writable": { message: "The data folder cannot be written: check its path and its permissions", retry: false },
  "in-use": { message: "Another relay is running on this data folder", retry: false },
  "newer-version": { message: "A newer version of the relay has written this data folder: update", retry: false },
  "other-version": { message: "The relay running on this data folder is of another version: restart it", retry: false },
  "other-build": {
    message: "Another version of the relay has written this data folder: start this version on it once, then ask again",
    retry: false,
  },
  "no-data": { message: "There is no relay's data in this folder: check --data", retry: false },
  unreadable: { message: "The data folder holds a database that is damaged or of another program", retry: false },
  damaged: {
    message: "The database is damaged: restore a backup (redoubt-relay doctor names the places)",
    retry: false,
  },
  "damaged-journal": {
    message:
      "The database's journal (relay.db-wal) is damaged, and with it what came last: restore a backup, or move the journal away to go on without",
    retry: false,
  },
  "unfinished-restore": {
    message: "A backup was not restored to its end in this folder: empty the folder and restore again",
    retry: false,
  },
  "disk-full": { message: "There is no room for the database", retry: true },
} as const satisfies Record<string, ErrorEntry>;

/** Why a store cannot be opened. */
export class StoreError extends CodedError<keyof typeof catalogue> {
  constructor(code: keyof typeof catalogue, cause?: unknown, detail?: string) {
    super(code, catalogue[code], detail, cause);
  }
}
