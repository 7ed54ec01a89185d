import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { wipe } from "@redoubt/base";
import { ClientError } from "@redoubt/client";
import { type SqlDriver, StoreError } from "@redoubt/store";
import {
  createHomeKey,
  homeKeyState,
  lockHome,
  makePrivateFolder,
  openHomeKey,
  openLibsqlDriver,
  replaceFile,
} from "@redoubt/store/node";
import type { Passphrases } from "./passphrase.js";

const keyFile = (folder: string) => path.join(folder, "key");
const databaseFile = (folder: string) => path.join(folder, "store.db");

/** A home that this process has for itself, with its database open. */
export interface HeldHome {
  readonly driver: SqlDriver;
  /** Lets others have the home. The database is closed before. */
  release(): void;
}

/**
 * Takes a home for this process and opens its database.
 *
 * @param makes makes the home where there is none
 * @throws ClientError `not-registered` where there is none; StoreError
 */
export async function holdHome(folder: string, passphrases: Passphrases, makes: boolean): Promise<HeldHome> {
  if (!makes && homeKeyState(folder) === "none") throw new ClientError("not-registered");
  makePrivateFolder(folder);
  const lock = lockHome(folder);
  try {
    const key = await homeKey(folder, passphrases);
    try {
      const driver = openLibsqlDriver(databaseFile(folder), key);
      return { driver, release: () => lock.release() };
    } finally {
      wipe(key);
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function homeKey(folder: string, passphrases: Passphrases) {
  switch (homeKeyState(folder)) {
    case "none":
      return createHomeKey(folder, await passphrases.chosen("A passphrase for this home (none: just Enter): "));
    case "plain":
      return openHomeKey(folder);
    case "sealed":
      return openHomeKey(folder, await passphrases.known("Passphrase of this home: "));
  }
}

/** The files that a home is made of. */
export interface HomeFiles {
  readonly key: Uint8Array;
  readonly database: Uint8Array;
}

/** Reads a home's files as they are stored, with all that was ever committed. @throws as `holdHome` */
export async function readHome(folder: string, passphrases: Passphrases): Promise<HomeFiles> {
  const { driver, release } = await holdHome(folder, passphrases, false);
  try {
    // Closing moves what is in the write-ahead log into the database file.
    driver.close();
    const log = `${databaseFile(folder)}-wal`;
    if (existsSync(log) && statSync(log).size > 0) throw new StoreError("failed", "the write-ahead log is not empty");
    return { key: readFileSync(keyFile(folder)), database: readFileSync(databaseFile(folder)) };
  } finally {
    release();
  }
}

/** Makes a home of its files. @throws StoreError `home-exists`, `home-in-use`, `not-writable`, `disk-full` */
export function writeHome(folder: string, { key, database }: HomeFiles): void {
  const demandNone = () => {
    const isThere = existsSync(keyFile(folder)) || existsSync(databaseFile(folder));
    if (isThere) throw new StoreError("home-exists");
  };
  demandNone();
  makePrivateFolder(folder);
  const lock = lockHome(folder);
  try {
    demandNone();
    replaceFile(databaseFile(folder), database);
    // Last: with its key the home is whole.
    replaceFile(keyFile(folder), key);
  } finally {
    lock.release();
  }
}

/** Writes a new file that its owner alone may read. @throws the system's error, with no file left behind */
export function writeNewFile(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } catch (error) {
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(handle);
  }
}
