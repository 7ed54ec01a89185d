import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { StoreError } from "../error.js";

/** Makes a folder that its owner alone may enter, where there is none. @throws StoreError `not-writable`, `disk-full` */
export function makePrivateFolder(folder: string): void {
  attempt(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
}

/**
 * Writes a whole file that its owner alone may read: after a crash there is the old one or the new one.
 *
 * @throws StoreError `not-writable`, `disk-full`
 */
export function replaceFile(file: string, bytes: Uint8Array): void {
  attempt(() => {
    const fresh = `${file}.new`;
    withHandle(fresh, "w", (handle) => {
      writeSync(handle, bytes);
      fsyncSync(handle);
    });
    renameSync(fresh, file);
    // Windows has no handles of folders.
    if (process.platform !== "win32") withHandle(path.dirname(file), "r", fsyncSync);
  });
}

function withHandle(file: string, flags: string, work: (handle: number) => void): void {
  const handle = openSync(file, flags, 0o600);
  try {
    work(handle);
  } finally {
    closeSync(handle);
  }
}

/** By the system's error code. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new StoreError(code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "not-writable", code);
  }
}
