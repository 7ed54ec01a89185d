import path from "node:path";
import { onTestFinished } from "vitest";
import { openStore, type SqlDriver, type Store } from "../src/index.js";
import { openLibsqlDriver } from "../src/node/index.js";
import { temporaryHome } from "./temporary-home.js";

/** The key of every home of the tests. */
export const testKey = Uint8Array.from({ length: 32 }, (_, i) => i);

export const databaseFile = (home: string) => path.join(home, "store.db");

/** Opens the database of a home; it is closed when the running test ends. */
export function openDriver(home = temporaryHome()): SqlDriver {
  const driver = openLibsqlDriver(databaseFile(home), testKey);
  onTestFinished(() => driver.close());
  return driver;
}

/** An empty store that goes away with the running test. */
export function emptyStore(): Store {
  return openStore(openDriver());
}
