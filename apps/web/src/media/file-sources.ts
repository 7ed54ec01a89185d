import type { FileSource } from "@redoubt/client";
import { thumbhashOf } from "./thumbhash-of.js";

/** In bytes. */
export const largestFile = 2 * 1024 ** 3;

/** A file of this device as the client reads it: from `blob`, where it is, for what it gives on this side is not asked. */
export async function sourceOf(file: File): Promise<FileSource & { readonly blob: File }> {
  return {
    blob: file,
    name: file.name,
    type: file.type === "" ? "application/octet-stream" : file.type,
    size: file.size,
    handle: `${file.name} ${file.size} ${file.lastModified}`,
    thumbhash: await thumbhashOf(file),
    read: async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
    close: async () => undefined,
  };
}
