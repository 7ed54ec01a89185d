import { CryptoError } from "../crypto-error.js";
import type { CryptoProvider } from "../provider.js";
import { blobChunkLengthAt, blobLayout, blobTagLength, sealedChunkLength } from "./blob-layout.js";
import { blobChunkContent, openBlobChunk, sealBlobChunk } from "./blob-stream.js";

/** The longest content, in bytes, that is sealed or opened in one piece. */
export const maxWholeBlob = 8 * 1024 * 1024;

/**
 * Seals a small content in one piece: the same stream as chunk by chunk.
 *
 * @param key 32 bytes, random, of this content alone
 * @throws CryptoError `bad-length` above `maxWholeBlob`
 */
export function sealBlob(provider: CryptoProvider, key: Uint8Array, content: Uint8Array): Uint8Array {
  if (content.length > maxWholeBlob) throw new CryptoError("bad-length", `a blob of ${content.length} bytes`);
  const layout = blobLayout(content.length);
  const sealed = new Uint8Array(layout.sealedLength);
  for (let index = 0; index < layout.chunkCount; index++) {
    const { start, end } = blobChunkContent(layout, index);
    const chunk = sealBlobChunk(provider, key, { layout, index }, content.subarray(start, end));
    sealed.set(chunk, index * sealedChunkLength);
  }
  return sealed;
}

/**
 * Opens a small blob in one piece.
 *
 * @param size of the content, from where it can be trusted
 * @returns undefined if it is another, altered, or of another size
 * @throws CryptoError `bad-length` above `maxWholeBlob`
 */
export function openBlob(
  provider: CryptoProvider,
  key: Uint8Array,
  size: number,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (size > maxWholeBlob) throw new CryptoError("bad-length", `a blob of ${size} bytes`);
  const layout = blobLayout(size);
  if (sealed.length !== layout.sealedLength) return undefined;
  const content = new Uint8Array(size);
  for (let index = 0; index < layout.chunkCount; index++) {
    const offset = index * sealedChunkLength;
    const length = blobChunkLengthAt(layout, index) + blobTagLength;
    const chunk = openBlobChunk(provider, key, { layout, index }, sealed.subarray(offset, offset + length));
    if (chunk === undefined) return undefined;
    content.set(chunk, blobChunkContent(layout, index).start);
  }
  return content;
}
