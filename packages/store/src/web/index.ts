export { createHomeKey, homeKeyState, keepHomeKey, openHomeKey } from "./home-key.js";
export { deleteKeyRecord } from "./key-record.js";
export { openSqlitePool, type SqlitePool } from "./sqlite.js";
export { openSqliteDriver } from "./sqlite-driver.js";
