import { once } from "node:events";
import { existsSync } from "node:fs";
import { link, mkdtemp, open, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Writable } from "node:stream";
import { StoreError } from "../store-error.js";
import { syncFolder } from "../sync-folder.js";
import { BackupError } from "./backup-error.js";
import { type BackupContents, writeBackup } from "./write-backup.js";

export interface BackupOrder {
  /** The data folder; a relay may be running on it. */
  readonly folder: string;
  readonly clock: () => number;
}

/**
 * Makes a backup as a file (mode 0600), whole and on the disk, or not at all. While it is made, a folder beside it
 * holds it and a copy of the database; that is left if the process is killed.
 *
 * @param file must not exist yet, nor be inside the data folder
 * @throws BackupError, StoreError
 */
export async function backupToFile({ folder, clock }: BackupOrder, file: string): Promise<BackupContents> {
  const beside = path.dirname(path.resolve(file));
  if (await isInside(beside, folder)) throw new BackupError("inside-data");
  if (existsSync(file)) throw new BackupError("file-exists");
  return orCannotWrite(async () => {
    await using scratch = await scratchIn(path.join(beside, ".redoubt-backup-"));
    const partial = path.join(scratch.path, "partial");
    const handle = await open(partial, "wx", 0o600);
    let contents: BackupContents;
    try {
      contents = await drain(writeBackup({ folder, scratch: scratch.path, clock }), async (piece) => {
        await handle.writeFile(piece);
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(partial, file);
    await syncFolder(beside);
    return contents;
  });
}

/**
 * Writes a backup to a stream. The copy of the database lies in the system's folder for temporary files meanwhile.
 *
 * @throws BackupError, StoreError. What was written until then is no backup: its end is missing.
 */
export async function backupToStream({ folder, clock }: BackupOrder, output: Writable): Promise<BackupContents> {
  return orCannotWrite(async () => {
    await using scratch = await scratchIn(path.join(tmpdir(), "redoubt-backup-"));
    return await drain(writeBackup({ folder, scratch: scratch.path, clock }), async (piece) => {
      if (!output.write(piece)) await once(output, "drain");
    });
  });
}

async function drain<T>(
  pieces: AsyncGenerator<Uint8Array, T, void>,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<T> {
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return next.value;
    await write(next.value);
  }
}

/** A folder that nobody else reads, removed with all that is in it. */
async function scratchIn(prefix: string): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(prefix);
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function isInside(folder: string, data: string): Promise<boolean> {
  const [inner, outer] = await Promise.all(
    [folder, data].map((name) => realpath(name).catch(() => path.resolve(name))),
  );
  return `${inner}${path.sep}`.startsWith(`${outer}${path.sep}`);
}

async function orCannotWrite<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError || error instanceof StoreError) throw error;
    throw new BackupError("cannot-write", undefined, error);
  }
}
