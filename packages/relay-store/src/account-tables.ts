import type { RawTable } from "./raw-table.js";

const ofAccount = { kind: "account", where: "account_id = ?" } as const;
const ofInboxes = {
  kind: "account",
  through: "SELECT inbox_id FROM devices WHERE account_id = ? ORDER BY inbox_id",
  where: "inbox_id = ?",
} as const;

/** Every table whose rows are an account's. */
export const accountTables: Readonly<Record<string, RawTable>> = {
  accounts: { ...ofAccount, key: ["account_id"] },
  account_entries: { ...ofAccount, key: ["seq"] },
  devices: { ...ofAccount, key: ["device_id"] },
  key_packages: { ...ofAccount, key: ["device_id", "last_resort", "digest"], bodies: ["package"] },
  inboxes: { ...ofInboxes, key: ["inbox_id"] },
  inbox_items: { ...ofInboxes, key: ["number"], bodies: ["item"] },
};
