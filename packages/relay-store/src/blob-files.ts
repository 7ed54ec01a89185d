import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";
import path from "node:path";
import { toHex } from "@redoubt/base";
import { type BlobFiles, type BlobWriter, RelayError } from "@redoubt/relay-core";
import { syncFolder } from "./sync-folder.js";

/** Bytes read in one piece. */
const pieceLength = 256 * 1024;
const dayMs = 86_400_000;
const fileName = /^[0-9a-f]{64}$/;

/**
 * Blobs as files below a folder, each named by its id, in 256 folders by the first byte of it. Files say of their times
 * no more than the day, as far as a program can set them.
 *
 * @param folder made as needed
 * @param clock milliseconds since 1970
 */
export function openBlobFiles(folder: string, clock: () => number): BlobFiles {
  const shardOf = (byte: number) => path.join(folder, toHex(Uint8Array.of(byte)));
  const shardFolder = (blobId: Uint8Array) => shardOf(blobId[0] as number);
  const fileOf = (blobId: Uint8Array) => path.join(shardFolder(blobId), toHex(blobId));
  return {
    openWriter: (blobId, offset) =>
      orStorageFull(async () => {
        const shard = shardFolder(blobId);
        await makeFolder(folder, shard);
        const file = await open(fileOf(blobId), constants.O_RDWR | constants.O_CREAT, 0o600);
        try {
          await file.truncate(offset);
          return createWriter(file, { offset, shard, clock });
        } catch (error) {
          await file.close();
          throw error;
        }
      }),
    read: (blobId, from, length) => readPieces(fileOf(blobId), from, length),
    remove: async (blobId) => {
      await unlink(fileOf(blobId)).catch(unlessMissing);
    },
    list: async (shard) => {
      const names = (await readdir(shardOf(shard)).catch(unlessMissing)) ?? [];
      return names.filter((name) => fileName.test(name)).map((name) => new Uint8Array(Buffer.from(name, "hex")));
    },
  };
}

function createWriter(
  file: FileHandle,
  at: { readonly offset: number; readonly shard: string; readonly clock: () => number },
): BlobWriter {
  let position = at.offset;
  return {
    write: (bytes) =>
      orStorageFull(async () => {
        for (let written = 0; written < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position);
          written += bytesWritten;
          position += bytesWritten;
        }
      }),
    sync: () =>
      orStorageFull(async () => {
        const midnight = new Date(Math.floor(at.clock() / dayMs) * dayMs);
        await file.utimes(midnight, midnight);
        await file.sync();
        // Without this a new file may be gone after a crash, whatever was written to it.
        if (at.offset === 0) await syncFolder(at.shard);
      }),
    close: async () => {
      await file.close().catch(() => {});
    },
  };
}

async function* readPieces(name: string, from: number, length: number): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(name, "r");
  try {
    for (let read = 0; read < length; ) {
      const piece = new Uint8Array(Math.min(pieceLength, length - read));
      const { bytesRead } = await file.read(piece, 0, piece.length, from + read);
      if (bytesRead === 0) throw new Error("a file of a blob is shorter than its row says");
      read += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function makeFolder(folder: string, shard: string): Promise<void> {
  if ((await mkdir(shard, { recursive: true, mode: 0o700 })) === undefined) return;
  await syncFolder(folder);
  await syncFolder(path.dirname(folder));
}

async function orStorageFull<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EFBIG") throw error;
    throw new RelayError("storage-full", { retryAfter: 600, cause: error });
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
