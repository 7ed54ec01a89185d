import type { InboxStore } from "@redoubt/relay-core";
import { blob, integer } from "./columns.js";
import type { SqlDatabase } from "./driver.js";
import { fitting } from "./fitting.js";

/** Inboxes and their items in SQLite. */
export function createInboxRows(database: SqlDatabase): InboxStore {
  const find = database.prepare("SELECT token_hash, max_per_day, last_number FROM inboxes WHERE inbox_id = ?");
  const count = database.prepare("SELECT COUNT(*) FROM inbox_items WHERE inbox_id = ?");
  const insert = database.prepare(
    "INSERT INTO inboxes (inbox_id, token_hash, max_per_day, last_number) VALUES (?, NULL, 0, 0)",
  );
  const remove = database.prepare("DELETE FROM inboxes WHERE inbox_id = ?");
  const removeItems = database.prepare("DELETE FROM inbox_items WHERE inbox_id = ? AND number <= ?");
  const setToken = database.prepare("UPDATE inboxes SET token_hash = ?, max_per_day = ? WHERE inbox_id = ?");
  const insertItem = database.prepare(
    `INSERT INTO inbox_items (inbox_id, number, digest, item, day)
     SELECT inbox_id, last_number + 1, ?, ?, ? FROM inboxes WHERE inbox_id = ?
     ON CONFLICT DO NOTHING`,
  );
  const moveOn = database.prepare(
    "UPDATE inboxes SET last_number = last_number + 1 WHERE inbox_id = ? RETURNING last_number",
  );
  const sizes = database.prepare(
    "SELECT LENGTH(item) FROM inbox_items WHERE inbox_id = ? AND number > ? ORDER BY number LIMIT ?",
  );
  const items = database.prepare(
    "SELECT number, item, day, digest FROM inbox_items WHERE inbox_id = ? AND number > ? ORDER BY number LIMIT ?",
  );

  return {
    find: (inboxId) => {
      const row = find.get(inboxId);
      if (row === undefined) return undefined;
      return {
        tokenHash: row[0] === null ? null : blob(row, 0),
        maxPerDay: integer(row, 1),
        lastNumber: integer(row, 2),
        count: integer(count.get(inboxId) ?? [0], 0),
      };
    },
    create: (inboxId) => {
      insert.run(inboxId);
    },
    remove: (inboxId) => {
      removeItems.run(inboxId, Number.MAX_SAFE_INTEGER);
      remove.run(inboxId);
    },
    setToken: (inboxId, tokenHash, maxPerDay) => {
      setToken.run(tokenHash, maxPerDay, inboxId);
    },
    add: (inboxId, { digest, bytes, day }) => {
      if (insertItem.run(digest, bytes, day, inboxId) === 0) return undefined;
      return integer(moveOn.get(inboxId) ?? [0], 0);
    },
    read: (inboxId, after, { maxItems, maxBytes }) => {
      const lengths = sizes.all(inboxId, after, maxItems).map((row) => integer(row, 0));
      const rows = items.all(inboxId, after, fitting(lengths, maxBytes));
      return rows.map((row) => ({
        number: integer(row, 0),
        bytes: blob(row, 1),
        day: integer(row, 2),
        digest: blob(row, 3),
      }));
    },
    acknowledge: (inboxId, upTo) => {
      removeItems.run(inboxId, upTo);
    },
  };
}
