import { type FileHandle, link, open, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import type { FileSink } from "@redoubt/client";
import { FileError, systemCode, toFileError } from "./file-error.js";

/**
 * A file that is to be saved. Until it is complete it is called `….part`; neither name is ever taken from something that
 * is there.
 *
 * @param file absolute path
 */
export function createFileSink(file: string): FileSink {
  const incomplete = `${file}.part`;
  let handle: FileHandle | undefined;
  let position = 0;
  const opened = () => {
    if (handle === undefined) throw new FileError("not-written");
    return handle;
  };
  return {
    place: file,
    begin: (done) =>
      orFileError(async () => {
        await requireFree(file);
        handle = await openIncomplete(incomplete, done);
        const { size } = await handle.stat();
        position = done !== undefined && size >= done ? done : 0;
        await handle.truncate(position);
        return position;
      }),
    write: (bytes) =>
      orFileError(async () => {
        for (let written = 0; written < bytes.length; ) {
          const { bytesWritten } = await opened().write(bytes, written, bytes.length - written, position);
          written += bytesWritten;
          position += bytesWritten;
        }
      }),
    flush: () => orFileError(() => opened().datasync()),
    finish: () =>
      orFileError(async () => {
        await opened().sync();
        await giveName(incomplete, file);
        await syncFolder(path.dirname(file));
      }),
    close: async () => {
      await handle?.close().catch(() => undefined);
      handle = undefined;
    },
  };
}

async function requireFree(file: string): Promise<void> {
  const there = await stat(file).catch((error) => {
    if (systemCode(error) !== "ENOENT") throw error;
  });
  if (there !== undefined) throw new FileError("file-exists", file);
}

/** What was begun by us is gone on with; what was not is somebody else's, unless there is nothing in it. */
async function openIncomplete(incomplete: string, done: number | undefined): Promise<FileHandle> {
  try {
    return await open(incomplete, "wx", 0o600);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  const handle = await open(incomplete, "r+");
  const there = await handle.stat();
  if (there.isFile() && (done !== undefined || there.size === 0)) return handle;
  await handle.close();
  throw new FileError("file-exists", incomplete);
}

/** A link, unlike a renaming, fails where there is something; file systems without links get a second look. */
async function giveName(incomplete: string, file: string): Promise<void> {
  try {
    await link(incomplete, file);
  } catch (error) {
    if (systemCode(error) === "EEXIST") throw new FileError("file-exists", file);
    await requireFree(file);
    await rename(incomplete, file);
    return;
  }
  await unlink(incomplete);
}

/** So that the name survives a crash, where the system lets folders be synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function orFileError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, "not-written");
  }
}
