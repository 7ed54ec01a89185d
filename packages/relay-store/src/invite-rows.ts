import type { InviteStore } from "@redoubt/relay-core";
import type { SqlDatabase } from "./driver.js";

/** Invites in SQLite. */
export function createInviteRows(database: SqlDatabase): InviteStore {
  const add = database.prepare("INSERT INTO invites (hash, uses, last_day) VALUES (?, ?, ?)");
  const take = database.prepare("UPDATE invites SET uses = uses - 1 WHERE hash = ? AND last_day >= ? AND uses > 0");
  const removeUsedUp = database.prepare("DELETE FROM invites WHERE hash = ? AND uses = 0");
  const expire = database.prepare("DELETE FROM invites WHERE last_day < ?");
  return {
    add: ({ hash, uses, lastDay }) => {
      add.run(hash, uses, lastDay);
    },
    take: (hash, today) => {
      if (take.run(hash, today) === 0) return false;
      removeUsedUp.run(hash);
      return true;
    },
    expire: (today) => {
      expire.run(today);
    },
  };
}
