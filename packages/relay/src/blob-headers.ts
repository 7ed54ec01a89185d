import type { IncomingHttpHeaders } from "node:http";
import { type BlobPermit, RelayError } from "@redoubt/relay-core";
import { blobHeaders, tusVersion } from "@redoubt/wire";

/**
 * Reads the headers of tus strictly: what is not exactly of its form is malformed.
 *
 * @throws RelayError `malformed` from each
 */
export function readBytes(text: string | string[] | undefined, length: number): Uint8Array {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]+$/.test(text)) throw new RelayError("malformed");
  const bytes = Buffer.from(text, "base64url");
  // Bits that are left over must be zero: one text for each value.
  if (bytes.length !== length || bytes.toString("base64url") !== text) throw new RelayError("malformed");
  return new Uint8Array(bytes);
}

export function readNumber(text: string | string[] | undefined): number {
  const value = typeof text === "string" && /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new RelayError("malformed");
  return value;
}

export function readPermit(headers: IncomingHttpHeaders): BlobPermit {
  return {
    logId: readBytes(headers[blobHeaders.log], 32),
    signature: readBytes(headers[blobHeaders.signature], 64),
  };
}

/** Metadata would tell the relay a name: whoever sends it is told so, and nothing of it is kept. */
export function requireTus(headers: IncomingHttpHeaders): void {
  if (headers["tus-resumable"] !== tusVersion) throw new RelayError("malformed");
  if (headers["upload-metadata"] !== undefined) throw new RelayError("no-metadata");
  if (headers["upload-defer-length"] !== undefined || headers["upload-concat"] !== undefined) {
    throw new RelayError("malformed");
  }
}

/** Part of a blob: `length` bytes from `from` on. */
export interface ByteRange {
  readonly from: number;
  readonly length: number;
}

/**
 * Reads a Range (RFC 9110 §14.2) of one part.
 *
 * @returns undefined without one
 * @throws RelayError `bad-range` for one that the blob does not have, for several, and for another unit
 */
export function readRange(header: string | undefined, total: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === "" && last === "") throw new RelayError("bad-range");
  const from = first === "" ? Math.max(0, total - Number(last)) : Number(first);
  const end = first === "" || last === "" ? total : Math.min(total, Number(last) + 1);
  if (from >= end) throw new RelayError("bad-range");
  return { from, length: end - from };
}
