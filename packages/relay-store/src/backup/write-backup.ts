import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { appendFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { backupFormat, blobName, databaseName, isKept, labelName, sumsName } from "./layout.js";
import { takeSnapshot } from "./snapshot.js";
import { blockLength, encodeTarHeader, paddingOf } from "./tar-header.js";

const dayMs = 86_400_000;
const pieceLength = 1024 * 1024;

export interface BackupSource {
  /** The data folder; a relay may be running on it. */
  readonly folder: string;
  /** An empty folder that nobody else reads: for the copy of the database. */
  readonly scratch: string;
  readonly clock: () => number;
}

/** What a backup holds. */
export interface BackupContents {
  /** The day it was made, such as 2026-11-25 (UTC). */
  readonly day: string;
  /** The version of the database's schema. */
  readonly schema: number;
  readonly blobs: number;
  /** Blobs whose bytes are not there: they expired meanwhile, or were lost before. Their rows are left out as well. */
  readonly leftOut: number;
}

/**
 * A backup of a relay's data folder, as a tar archive: what it says of itself, the bytes of blobs, other files of the
 * folder, the database, the hashes of all of these. Database and blobs are of one moment: of each blob the bytes that
 * were there when the database was copied, and no row of one that is gone since.
 *
 * @returns the archive's bytes, and what it holds at their end
 * @throws BackupError, StoreError
 */
export async function* writeBackup({
  folder,
  scratch,
  clock,
}: BackupSource): AsyncGenerator<Uint8Array, BackupContents, void> {
  const today = Math.floor(clock() / dayMs);
  const day = new Date(today * dayMs).toISOString().slice(0, 10);
  const archive = new Archive(path.join(scratch, sumsName), (today * dayMs) / 1000);
  const snapshot = takeSnapshot(folder, path.join(scratch, databaseName));
  let [blobs, leftOut] = [0, 0];
  try {
    const { version } = snapshot;
    const label = `${JSON.stringify({ format: backupFormat, day, schema: version })}\n`;
    const labelFile = path.join(scratch, labelName);
    await writeFile(labelFile, label, { mode: 0o600 });
    yield* archive.file(labelName, labelFile, Buffer.byteLength(label));
    for (const { blobId, received } of snapshot.blobs.all()) {
      const name = blobName(blobId);
      if (await hasLength(path.join(folder, name), received)) {
        yield* archive.file(name, path.join(folder, name), received);
        blobs += 1;
      } else {
        snapshot.blobs.remove(blobId);
        leftOut += 1;
      }
    }
    for await (const { name, length } of keptFiles(folder)) yield* archive.file(name, path.join(folder, name), length);
    snapshot.close();
    yield* archive.file(databaseName, snapshot.file, (await stat(snapshot.file)).size);
    yield* archive.end();
    return { day, schema: version, blobs, leftOut };
  } finally {
    snapshot.close();
  }
}

/** Writes the files of an archive, and notes their hashes. */
class Archive {
  readonly #sums: string;
  readonly #seconds: number;

  constructor(sums: string, seconds: number) {
    this.#sums = sums;
    this.#seconds = seconds;
  }

  async *file(name: string, source: string, length: number): AsyncGenerator<Uint8Array, void, void> {
    const hash = createHash("sha256");
    yield encodeTarHeader({ name, length }, this.#seconds);
    for await (const piece of read(source, length)) {
      hash.update(piece);
      yield piece;
    }
    yield Buffer.alloc(paddingOf(length));
    await appendFile(this.#sums, sumLine(hash.digest("hex"), name), { mode: 0o600 });
  }

  async *end(): AsyncGenerator<Uint8Array, void, void> {
    yield* this.file(sumsName, this.#sums, (await stat(this.#sums)).size);
    yield Buffer.alloc(2 * blockLength);
  }
}

/** A line of `sha256sum`. @param hash in hexadecimal */
export function sumLine(hash: string, name: string): string {
  return `${hash}  ${name}\n`;
}

async function* read(source: string, length: number): AsyncGenerator<Uint8Array, void, void> {
  if (length === 0) return;
  let left = length;
  for await (const piece of createReadStream(source, { end: length - 1, highWaterMark: pieceLength })) {
    left -= (piece as Buffer).length;
    yield piece as Buffer;
  }
  // A header has promised them.
  if (left > 0) throw new Error("a file has become shorter while it was read");
}

async function hasLength(file: string, length: number): Promise<boolean> {
  const found: Stats | undefined = await stat(file).catch(() => undefined);
  return found?.isFile() === true && found.size >= length;
}

/** Files of the data folder beside database and blobs, such as keys. */
async function* keptFiles(folder: string, below = ""): AsyncGenerator<{ name: string; length: number }, void, void> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!isKept(name)) continue;
    if (entry.isDirectory()) yield* keptFiles(folder, name);
    else if (entry.isFile()) yield { name, length: (await stat(path.join(folder, name))).size };
  }
}
