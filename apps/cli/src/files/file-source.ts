import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import type { FileSource, ReopenSource } from "@redoubt/client";
import { FileError, toFileError } from "./file-error.js";
import { mediaTypeOf } from "./media-type.js";
import { maxThumbnailFile, thumbhashOf } from "./thumbnail.js";

/** What a file is found and recognised by after a restart. */
interface Found {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970, with their fraction. */
  readonly modified: number;
}

const maxNameLength = 255;

/**
 * Opens a file that is to be sent.
 *
 * @param file absolute path
 * @throws FileError
 */
export async function openFileSource(file: string): Promise<FileSource> {
  try {
    const { handle, found } = await openFound(file);
    const name = nameOf(file);
    const type = mediaTypeOf(name);
    const isPicture = type.startsWith("image/") && found.size <= maxThumbnailFile;
    const source = createSource(handle, found);
    return isPicture ? { ...source, thumbhash: thumbhashOf(await source.read(0, found.size)) } : source;
  } catch (error) {
    throw toFileError(error, "not-readable");
  }
}

/** Opens the same file again, if it is still where it was, of the same size and time. */
export const reopenFileSource: ReopenSource = async (text) => {
  const before = JSON.parse(text) as Found;
  try {
    const { handle, found } = await openFound(before.path);
    if (found.size === before.size && found.modified === before.modified) return createSource(handle, found);
    await handle.close();
  } catch {
    // Whatever the reason, it is not there to be sent.
  }
  return undefined;
};

async function openFound(file: string): Promise<{ readonly handle: FileHandle; readonly found: Found }> {
  const handle = await open(file, "r");
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new FileError("not-a-file");
  }
  return { handle, found: { path: file, size: stat.size, modified: stat.mtimeMs } };
}

function createSource(handle: FileHandle, found: Found): FileSource {
  const name = nameOf(found.path);
  return {
    name,
    type: mediaTypeOf(name),
    size: found.size,
    handle: JSON.stringify(found),
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      let read = 0;
      while (read < length) {
        const { bytesRead } = await handle.read(bytes, read, length - read, offset + read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      return bytes.subarray(0, read);
    },
    close: () => handle.close(),
  };
}

/** The last part of the path, cut to what a name may have: from its middle, so that the extension stays. */
function nameOf(file: string): string {
  const name = path.basename(file);
  const extension = path.extname(name).slice(0, 16);
  const characters = [...name];
  while (Buffer.byteLength(characters.join("")) > maxNameLength) characters.splice(-1 - [...extension].length, 1);
  return characters.join("");
}
