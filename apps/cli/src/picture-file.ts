import { closeSync, openSync, readSync } from "node:fs";
import { CodedError, type ErrorEntry } from "@redoubt/base";

/** Most bytes of a group's picture. */
const mostBytes = 16 * 1024;

const pictureErrors = {
  "no-file": { message: "The file cannot be read", retry: false },
  "too-large": { message: "A group's picture has at most 16 KiB", retry: false },
} as const satisfies Record<string, ErrorEntry>;

class PictureError extends CodedError<keyof typeof pictureErrors> {
  constructor(code: keyof typeof pictureErrors, detail: string) {
    super(code, pictureErrors[code], detail);
  }
}

/** The bytes of a picture's file; of a longer one no more than it takes to know that. @throws PictureError */
export function readPicture(file: string): Uint8Array {
  const bytes = new Uint8Array(mostBytes + 1);
  const length = readBeginning(file, bytes);
  if (length > mostBytes) throw new PictureError("too-large", file);
  return bytes.slice(0, length);
}

function readBeginning(file: string, bytes: Uint8Array): number {
  try {
    const handle = openSync(file, "r");
    try {
      let length = 0;
      for (let read = -1; read !== 0; length += read)
        read = readSync(handle, bytes, length, bytes.length - length, null);
      return length;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw new PictureError("no-file", error instanceof Error && "code" in error ? String(error.code) : file);
  }
}
