import { createHash } from "node:crypto";
import { equalBytes } from "@redoubt/base";
import type { AccountStore, DeviceRecord, KeyPackageRecord } from "@redoubt/relay-core";
import { blob, integer } from "./columns.js";
import type { SqlDatabase } from "./driver.js";

/** Accounts, chains, devices and key packages in SQLite. */
export function createAccountRows(database: SqlDatabase): AccountStore {
  const idOf = database.prepare("SELECT account_id FROM accounts WHERE username = ?");
  const entries = database.prepare("SELECT entry FROM account_entries WHERE account_id = ? ORDER BY seq");
  const devices = database.prepare(
    "SELECT device_id, sig_key, inbox_id FROM devices WHERE account_id = ? ORDER BY sig_key",
  );
  const insertAccount = database.prepare("INSERT INTO accounts (account_id, username) VALUES (?, ?)");
  const insertEntry = database.prepare("INSERT INTO account_entries (account_id, seq, entry) VALUES (?, ?, ?)");
  const deleteDevices = database.prepare("DELETE FROM devices WHERE account_id = ?");
  const insertDevice = database.prepare(
    "INSERT INTO devices (account_id, device_id, sig_key, inbox_id) VALUES (?, ?, ?, ?)",
  );
  const deleteForeignPackages = database.prepare(
    `DELETE FROM key_packages WHERE account_id = ?
     AND device_id NOT IN (SELECT device_id FROM devices WHERE devices.account_id = key_packages.account_id)`,
  );
  const countPackages = database.prepare(
    "SELECT COUNT(*) FROM key_packages WHERE account_id = ? AND device_id = ? AND last_resort = ?",
  );
  const deleteLastResort = database.prepare(
    "DELETE FROM key_packages WHERE account_id = ? AND device_id = ? AND last_resort = 1",
  );
  const insertPackage = database.prepare(
    `INSERT INTO key_packages (account_id, device_id, last_resort, digest, package) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const somePackage = database.prepare(
    `SELECT last_resort, digest, package FROM key_packages WHERE account_id = ? AND device_id = ?
     ORDER BY last_resort = ?, digest LIMIT 1`,
  );
  const deletePackage = database.prepare(
    "DELETE FROM key_packages WHERE account_id = ? AND device_id = ? AND last_resort = ? AND digest = ?",
  );

  const takePackage = (
    accountId: Uint8Array,
    deviceId: Uint8Array,
    isOneTime: boolean,
  ): KeyPackageRecord | undefined => {
    for (;;) {
      const row = somePackage.get(accountId, deviceId, isOneTime);
      if (row === undefined) return undefined;
      const isLastResort = integer(row, 0) === 1;
      const bytes = blob(row, 2);
      const isIntact = equalBytes(digest(bytes), blob(row, 1));
      if (!isIntact || !isLastResort) deletePackage.run(accountId, deviceId, isLastResort, blob(row, 1));
      if (isIntact) return { deviceId, bytes, isLastResort };
    }
  };

  const devicesOf = (accountId: Uint8Array): DeviceRecord[] =>
    devices.all(accountId).map((row) => ({ deviceId: blob(row, 0), sigKey: blob(row, 1), inboxId: blob(row, 2) }));
  const count = (accountId: Uint8Array, deviceId: Uint8Array, lastResort: boolean) =>
    integer(countPackages.get(accountId, deviceId, lastResort) ?? [0], 0);

  return {
    idOf: (username) => {
      const row = idOf.get(username);
      return row === undefined ? undefined : blob(row, 0);
    },
    entries: (accountId) => entries.all(accountId).map((row) => blob(row, 0)),
    devices: devicesOf,
    create: ({ accountId, username }) => {
      insertAccount.run(accountId, username);
    },
    addEntry: (accountId, seq, entry) => {
      insertEntry.run(accountId, seq, entry);
    },
    setDevices: (accountId, list) => {
      deleteDevices.run(accountId);
      for (const { deviceId, sigKey, inboxId } of list) insertDevice.run(accountId, deviceId, sigKey, inboxId);
      deleteForeignPackages.run(accountId);
    },
    countKeyPackages: (accountId, deviceId) => ({
      oneTime: count(accountId, deviceId, false),
      lastResort: count(accountId, deviceId, true) > 0,
    }),
    addKeyPackages: (accountId, deviceId, { oneTime, lastResort }) => {
      for (const bytes of oneTime) insertPackage.run(accountId, deviceId, false, digest(bytes), bytes);
      if (lastResort === null) return;
      deleteLastResort.run(accountId, deviceId);
      insertPackage.run(accountId, deviceId, true, digest(lastResort), lastResort);
    },
    takeKeyPackages: (accountId, isOneTime) =>
      devicesOf(accountId).flatMap(({ deviceId }) => takePackage(accountId, deviceId, isOneTime) ?? []),
  };
}

function digest(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
