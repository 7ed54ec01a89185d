export { openBlobFiles } from "./blob-files.js";
export { openSqliteStore, type SqliteStoreOptions, withInvites } from "./sqlite-store.js";
export { StoreError } from "./store-error.js";
