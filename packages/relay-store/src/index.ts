export { BackupError } from "./backup/backup-error.js";
export { backupToFile, backupToStream } from "./backup/backup-file.js";
export { type RestoredContents, restoreBackup } from "./backup/restore-backup.js";
export type { BackupContents } from "./backup/write-backup.js";
export { openBlobFiles } from "./blob-files.js";
export { findDamage } from "./damage.js";
export { openSqliteStore, type SqliteStoreOptions, withInvites } from "./sqlite-store.js";
export { StoreError } from "./store-error.js";
