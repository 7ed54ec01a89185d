import { CodedError, type ErrorEntry } from "@redoubt/base";

const fileErrors = {
  "no-file": { message: "There is no such file", retry: false },
  "not-a-file": { message: "This is a folder or a device, not a file", retry: false },
  "not-readable": { message: "The file cannot be read", retry: false },
  "not-written": { message: "The file cannot be written there", retry: false },
  "file-exists": { message: "There is something of that name already, which is not overwritten", retry: false },
  "no-room": { message: "There is no room on the disk: what has come so far is kept", retry: true },
} as const satisfies Record<string, ErrorEntry>;

export class FileError extends CodedError<keyof typeof fileErrors> {
  constructor(code: keyof typeof fileErrors, detail?: string, cause?: unknown) {
    super(code, fileErrors[code], detail, cause);
  }
}

export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** A fault of the file system in our words. */
export function toFileError(error: unknown, otherwise: "not-readable" | "not-written"): FileError {
  if (error instanceof FileError) return error;
  const code = systemCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return new FileError("no-room", undefined, error);
  if (code === "EEXIST") return new FileError("file-exists", undefined, error);
  if (code === "ENOENT" && otherwise === "not-readable") return new FileError("no-file", undefined, error);
  return new FileError(otherwise, code, error);
}
