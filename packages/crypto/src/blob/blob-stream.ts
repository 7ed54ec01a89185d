import { CryptoError } from "../crypto-error.js";
import type { CryptoProvider } from "../provider.js";
import { type BlobLayout, blobChunkLength, blobChunkLengthAt, blobTagLength } from "./blob-layout.js";

const aead = "ChaCha20-Poly1305";
const noData = new Uint8Array(0);

/**
 * Where a chunk's content stands in the whole content: `start` to `end`, without padding. Both are the content's size
 * for a chunk of padding alone.
 */
export function blobChunkContent(
  { size }: BlobLayout,
  index: number,
): { readonly start: number; readonly end: number } {
  const start = Math.min(size, index * blobChunkLength);
  return { start, end: Math.min(size, start + blobChunkLength) };
}

/**
 * Seals one chunk of a blob: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015, §7) over ChaCha20-Poly1305 with a
 * prefix of 7 zero bytes, the chunk's number as 32 bits, and a byte that is 1 for the last chunk. The prefix may be
 * fixed, since a key seals one content. The bytes are those of an age payload (age-encryption.org/v1).
 *
 * The same chunk of the same content may be sealed again; another content never under the same key.
 *
 * @param key 32 bytes, random, of this blob alone
 * @param content what `blobChunkContent` says, without padding
 * @throws CryptoError `bad-length`
 */
export function sealBlobChunk(
  provider: CryptoProvider,
  key: Uint8Array,
  { layout, index }: { readonly layout: BlobLayout; readonly index: number },
  content: Uint8Array,
): Uint8Array {
  const { start, end } = blobChunkContent(layout, index);
  if (content.length !== end - start) throw new CryptoError("bad-length", `a chunk of ${content.length} bytes`);
  const length = blobChunkLengthAt(layout, index);
  let padded = content;
  if (content.length < length) {
    padded = new Uint8Array(length);
    padded.set(content);
  }
  const sealed = provider.aeadSeal(aead, key, nonceOf(layout, index), noData, padded);
  if (padded !== content) padded.fill(0);
  return sealed;
}

/**
 * Opens one chunk of a blob: any, in any order.
 *
 * @returns its content without padding; undefined if it is not this chunk of this blob, unaltered and of this length
 */
export function openBlobChunk(
  provider: CryptoProvider,
  key: Uint8Array,
  { layout, index }: { readonly layout: BlobLayout; readonly index: number },
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length !== blobChunkLengthAt(layout, index) + blobTagLength) return undefined;
  const padded = provider.aeadOpen(aead, key, nonceOf(layout, index), noData, sealed);
  if (padded === undefined) return undefined;
  const { start, end } = blobChunkContent(layout, index);
  const length = end - start;
  for (let i = length; i < padded.length; i++) if (padded[i] !== 0) return undefined;
  return length === padded.length ? padded : padded.subarray(0, length);
}

function nonceOf({ chunkCount }: BlobLayout, index: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= chunkCount || index > 0xffff_ffff) {
    throw new CryptoError("bad-length", `chunk ${index} of ${chunkCount}`);
  }
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = index === chunkCount - 1 ? 1 : 0;
  return nonce;
}
