import { paddedLength } from "@redoubt/crypto";

/** A content with 0x80 and zeros behind it, up to its size class. */
export function pad(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(content.length + 1));
  padded.set(content);
  padded[content.length] = 0x80;
  return padded;
}

/** What was padded; `undefined` for bytes that `pad` did not make. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  return padded[end] === 0x80 ? padded.subarray(0, end) : undefined;
}
