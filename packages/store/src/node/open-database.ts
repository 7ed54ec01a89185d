import Database from "libsql";
import { StoreError } from "../error.js";

export type LibsqlDatabase = Database.Database;

/** libsql's types leave the key out. */
type Options = Database.Options & { readonly encryptionKey?: string };

/**
 * Opens a database file, or creates it. The one place where libsql is imported.
 *
 * @throws StoreError `not-writable`: nothing else fails before the first statement
 */
export function openDatabase(file: string, options: Options = {}): LibsqlDatabase {
  try {
    return new Database(file, options);
  } catch {
    throw new StoreError("not-writable");
  }
}
