import { paddedLength } from "./padded-length.js";

/** Plaintext bytes of every chunk but the last. */
export const blobChunkLength = 64 * 1024;
/** Bytes that the cipher adds to every chunk. */
export const blobTagLength = 16;
/** Bytes of every sealed chunk but the last. */
export const sealedChunkLength = blobChunkLength + blobTagLength;

/** How a content of a known size lies in its sealed stream. Lengths in bytes. */
export interface BlobLayout {
  /** Of the content itself. */
  readonly size: number;
  /** Of the content with the zeros behind it. */
  readonly paddedLength: number;
  /** At least one. */
  readonly chunkCount: number;
  /** Of the whole sealed stream. */
  readonly sealedLength: number;
}

/** @param size of the content, up to 2^44 */
export function blobLayout(size: number): BlobLayout {
  const padded = paddedLength(size);
  const chunkCount = Math.ceil(padded / blobChunkLength);
  return { size, paddedLength: padded, chunkCount, sealedLength: padded + chunkCount * blobTagLength };
}

/** Plaintext bytes of one chunk, padding included. @param index from 0, below `chunkCount` */
export function blobChunkLengthAt({ chunkCount, paddedLength: padded }: BlobLayout, index: number): number {
  return index === chunkCount - 1 ? padded - index * blobChunkLength : blobChunkLength;
}
