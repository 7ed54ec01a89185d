import type { RelayErrorCode } from "./errors.js";

/**
 * Blobs over HTTP: tus 1.0 core and creation, and ranged downloads. Ids, keys and signatures stand in headers and paths
 * as base64url without padding; a refusal's code stands in a header, its sentence in the body.
 */
export const blobPath = "/v1/blobs";

export const tusVersion = "1.0.0";
export const offsetContentType = "application/offset+octet-stream";

/** Header names, lower case as HTTP/2 has them. */
export const blobHeaders = {
  /** The blob's id, with a creation: 32 bytes that the client draws. */
  blob: "redoubt-blob",
  /** The log whose write key signs: 32 bytes. Kept nowhere. */
  log: "redoubt-log",
  /** Ed25519 by the log's write key over domains.blob ‖ blobId ‖ logId ‖ length (u64, big-endian): 64 bytes. */
  signature: "redoubt-signature",
  /** The code of a refusal. */
  error: "redoubt-error",
} as const;

/** The blob operations, by what the metrics call them, with their codes beside the common ones. */
export const blobOps = {
  "create-blob": ["unknown-log", "bad-signature", "blob-exists", "blob-quota", "no-metadata"],
  "write-blob": ["unknown-blob", "unknown-log", "bad-signature", "blob-offset"],
  "blob-offset": ["unknown-blob"],
  "read-blob": ["unknown-blob", "bad-range"],
} as const satisfies Readonly<Record<string, readonly RelayErrorCode[]>>;

export type BlobOp = keyof typeof blobOps;
