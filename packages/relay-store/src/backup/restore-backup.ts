import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { FolderLock } from "../folder-lock.js";
import { schemaVersion } from "../schema.js";
import { syncFolder } from "../sync-folder.js";
import { BackupError } from "./backup-error.js";
import { backupFormat, databaseName, isSafeName, labelName, restoringName, sumsName } from "./layout.js";
import { makeRestored } from "./make-restored.js";
import { TarReader } from "./tar-reader.js";
import { sumLine } from "./write-backup.js";

const maxLabel = 4_096;
/** What an empty folder may hold: what a file system puts there, and the lock of an attempt before. */
const ignored = new Set(["lost+found", "relay.lock"]);

/** What was restored. */
export interface RestoredContents {
  /** The day the backup was made (UTC). */
  readonly day: string;
  readonly files: number;
  readonly bytes: number;
  readonly accounts: number;
  readonly logs: number;
}

/**
 * Puts a backup into an empty folder. Nothing is in its place before all of it was read, every hash was checked and the
 * database is whole; a relay does not start on the folder before that.
 *
 * @param archive the backup's bytes, from the beginning
 * @param folder made if it does not exist
 * @throws BackupError. The folder is empty again then.
 */
export async function restoreBackup(archive: AsyncIterable<Uint8Array>, folder: string): Promise<RestoredContents> {
  const lock = await orCannotRestore(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).some((name) => !ignored.has(name))) throw new BackupError("not-empty");
    return new FolderLock(folder);
  });
  const work = path.join(folder, restoringName);
  try {
    return await orCannotRestore(async () => {
      await mkdir(work, { mode: 0o700 });
      const unpacked = await unpack(archive, work);
      const { accounts, logs } = makeRestored(work);
      await putInPlace(work, folder);
      return { ...unpacked, accounts, logs };
    });
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
}

interface Unpacked {
  readonly day: string;
  readonly files: number;
  readonly bytes: number;
}

async function unpack(archive: AsyncIterable<Uint8Array>, work: string): Promise<Unpacked> {
  const reader = new TarReader(archive);
  const day = await readLabel(reader);
  const sums = createHash("sha256").update(sumLine(day.hash, labelName));
  const seen = new Set<string>();
  let [files, bytes, given] = [0, 0, ""];
  for (let file = await reader.next(); file !== undefined; file = await reader.next()) {
    const { name, length } = file;
    if (given !== "") throw new BackupError("not-a-backup");
    if (name === sumsName) {
      const hash = createHash("sha256");
      for await (const piece of reader.content(file)) hash.update(piece);
      given = hash.digest("hex");
      continue;
    }
    if (!isSafeName(name)) throw new BackupError("not-a-backup");
    if (!name.startsWith("blobs/")) {
      if (seen.has(name)) throw new BackupError("not-a-backup");
      seen.add(name);
    }
    sums.update(sumLine(await writeFile(path.join(work, name), reader.content(file)), name));
    [files, bytes] = [files + 1, bytes + length];
  }
  if (given === "" || !seen.has(databaseName)) throw new BackupError("not-a-backup");
  if (given !== sums.digest("hex")) throw new BackupError("damaged");
  return { day: day.text, files, bytes };
}

/** @throws BackupError `not-a-backup`, `newer-backup` */
async function readLabel(reader: TarReader): Promise<{ readonly text: string; readonly hash: string }> {
  const file = await reader.next();
  if (file?.name !== labelName || file.length > maxLabel) throw new BackupError("not-a-backup");
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.content(file)) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  const { format, day, schema } = parseLabel(bytes.toString("utf8"));
  if (typeof format !== "number" || typeof schema !== "number" || typeof day !== "string")
    throw new BackupError("not-a-backup");
  if (format > backupFormat || schema > schemaVersion) throw new BackupError("newer-backup");
  return { text: day, hash: createHash("sha256").update(bytes).digest("hex") };
}

function parseLabel(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new BackupError("not-a-backup", undefined, error);
  }
}

/** @returns the hash of what was written, in hexadecimal */
async function writeFile(name: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  await mkdir(path.dirname(name), { recursive: true, mode: 0o700 });
  const file = await open(name, "wx", 0o600);
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      await file.writeFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

/** The database comes last. A folder that is left with the rest of a restoring in it is refused by a relay. */
async function putInPlace(work: string, folder: string): Promise<void> {
  const names = await readdir(work);
  for (const shard of names.includes("blobs") ? await readdir(path.join(work, "blobs")) : []) {
    await syncFolder(path.join(work, "blobs", shard));
  }
  const last = (name: string) => (name === databaseName ? 1 : 0);
  for (const name of names.toSorted((a, b) => last(a) - last(b))) {
    await rename(path.join(work, name), path.join(folder, name));
  }
  await syncFolder(folder);
  await rm(work, { recursive: true });
  await syncFolder(folder);
}

async function orCannotRestore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError("cannot-restore", undefined, error);
  }
}
