import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BlobFiles } from "@redoubt/relay-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBlobFiles } from "../src/index.js";

const noon = Date.UTC(2026, 0, 15, 12, 34, 56);
const id = (fill: number) => new Uint8Array(32).fill(fill);
const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);

describe("the files of blobs", () => {
  let folder: string;
  let files: BlobFiles;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-blobs-"));
    files = openBlobFiles(path.join(folder, "blobs"), () => noon);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = async (blobId: Uint8Array, offset: number, ...pieces: Uint8Array[]) => {
    const writer = await files.openWriter(blobId, offset);
    for (const piece of pieces) await writer.write(piece);
    await writer.sync();
    await writer.close();
  };
  const read = async (blobId: Uint8Array, from: number, length: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of files.read(blobId, from, length)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const fileOf = (blobId: Uint8Array) => {
    const name = Buffer.from(blobId).toString("hex");
    return path.join(folder, "blobs", name.slice(0, 2), name);
  };

  it("hold what was written, in whatever pieces, and give any part of it", async () => {
    await write(id(1), 0, bytes(300_000, 1), bytes(10, 2));
    await write(id(1), 300_010, bytes(5, 3));
    expect((await read(id(1), 0, 300_015)).equals(readFileSync(fileOf(id(1))))).toBe(true);
    expect([...(await read(id(1), 299_999, 13))]).toEqual([1, ...bytes(10, 2), 3, 3]);
  });

  it("cut off what stands behind the place where writing goes on", async () => {
    await write(id(1), 0, bytes(100, 1));
    await write(id(1), 60, bytes(10, 2));
    expect(readFileSync(fileOf(id(1)))).toEqual(Buffer.concat([bytes(60, 1), bytes(10, 2)]));
  });

  it("are read no further than they go", async () => {
    await write(id(1), 0, bytes(100, 1));
    await expect(read(id(1), 50, 51)).rejects.toThrow("shorter than its row says");
    await expect(read(id(2), 0, 1)).rejects.toThrow("ENOENT");
  });

  it("are listed by the first byte of their ids, and removed; a second time nothing happens", async () => {
    const other = id(1).with(31, 2);
    await write(id(1), 0, bytes(1, 1));
    await write(other, 0, bytes(1, 1));
    await write(id(2), 0, bytes(1, 1));
    writeFileSync(path.join(folder, "blobs", "01", "README"), "");
    expect(await files.list(1)).toEqual(expect.arrayContaining([id(1), other]));
    expect(await files.list(1)).toHaveLength(2);
    expect(await files.list(3)).toEqual([]);
    await files.remove(id(1));
    await files.remove(id(1));
    expect(await files.list(1)).toEqual([other]);
  });

  it("tell the day of their last byte, and nothing of its hour", async () => {
    await write(id(1), 0, bytes(1, 1));
    const { mtime, atime, mode } = statSync(fileOf(id(1)));
    expect([mtime, atime]).toEqual([new Date(Date.UTC(2026, 0, 15)), new Date(Date.UTC(2026, 0, 15))]);
    expect(mode & 0o777).toBe(0o600);
  });

  it("say that the storage is full by its code, and any other fault as it is", async () => {
    mkdirSync(path.join(folder, "blobs", "01"), { recursive: true });
    mkdirSync(fileOf(id(1)));
    await expect(files.openWriter(id(1), 0)).rejects.toThrow("EISDIR");
    expect(readdirSync(path.join(folder, "blobs", "01"))).toHaveLength(1);
    await expect(write(id(2), 2 ** 52, bytes(1, 1))).rejects.toMatchObject({ code: "storage-full" });
  });
});
