export { openSqliteStore, type SqliteStoreOptions } from "./sqlite-store.js";
export { StoreError } from "./store-error.js";
