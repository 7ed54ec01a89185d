export { createHomeKey, homeKeyState, openHomeKey, writeHomeKey } from "./home-key.js";
export { type HomeLock, lockHome } from "./home-lock.js";
export { openLibsqlDriver } from "./libsql-driver.js";
export { makePrivateFolder, replaceFile } from "./private-file.js";
