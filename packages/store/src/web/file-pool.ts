import type { SAHPoolUtil, Sqlite3Static } from "@evolu/sqlite-wasm";
import { StoreError } from "../error.js";

/** Of the folder in which SQLite's pool keeps its files. */
const innerFolder = ".opaque";

/** Milliseconds to wait for the files of a worker that has just ended, and between two looks. */
const patience = 5_000;
const pause = 20;

/** TypeScript's library for pages leaves out what only workers have. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ close(): void }>;
}

/**
 * Takes a folder of the origin's private files for SQLite, which wants them open beforehand.
 *
 * @throws StoreError `home-in-use` while another worker has them, `disk-full`, `not-writable`
 */
export async function openFilePool(
  sqlite: Sqlite3Static,
  options: { readonly name: string; readonly directory: string; readonly initialCapacity: number },
): Promise<SAHPoolUtil> {
  try {
    await untilFree(options.directory);
    return await withoutRemoval(() => sqlite.installOpfsSAHPoolVfs(options));
  } catch (error) {
    throw fileError(error);
  }
}

/** What an error of the private file system means here. */
function fileError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const name = error instanceof Error ? error.name : undefined;
  if (name === "QuotaExceededError") return new StoreError("disk-full", name);
  return new StoreError(name === "NoModificationAllowedError" ? "home-in-use" : "not-writable", name);
}

/** The browser closes the files of a worker a moment after its end. */
async function untilFree(folder: string): Promise<void> {
  const files = await filesIn(folder);
  for (let waited = 0; ; waited += pause) {
    try {
      for (const file of files) (await file.createSyncAccessHandle()).close();
      return;
    } catch (error) {
      const fault = fileError(error);
      if (fault.code !== "home-in-use" || waited >= patience) throw fault;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function filesIn(folder: string): Promise<WorkerFileHandle[]> {
  const root = await navigator.storage.getDirectory();
  const files: WorkerFileHandle[] = [];
  try {
    const inner = await (await root.getDirectoryHandle(folder)).getDirectoryHandle(innerFolder);
    for await (const entry of inner.values()) if (entry.kind === "file") files.push(entry as WorkerFileHandle);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
  }
  return files;
}

/**
 * SQLite's pool answers to any failure to take its folder by removing it, and the store with it. For as long as it is
 * being taken, nothing may remove a folder.
 */
async function withoutRemoval<T>(work: () => Promise<T>): Promise<T> {
  const { prototype } = FileSystemDirectoryHandle;
  const { removeEntry } = prototype;
  prototype.removeEntry = function (name, options) {
    if (options?.recursive === true) return Promise.reject(new DOMException("kept", "NotAllowedError"));
    return removeEntry.call(this, name, options);
  };
  try {
    return await work();
  } finally {
    prototype.removeEntry = removeEntry;
  }
}
