import {
  type BlobLayout,
  blobChunkContent,
  blobChunkLength,
  blobChunkLengthAt,
  blobTagLength,
  type CryptoProvider,
  openBlobChunk,
  sealBlobChunk,
  sealedChunkLength,
} from "@redoubt/crypto";

/** Chunks that travel together: 4 MiB, so that memory and what a broken connection costs are bounded. */
const chunksPerWindow = 64;
/** Bytes of the content in every window but the last ones. */
export const windowLength = chunksPerWindow * blobChunkLength;
const sealedWindowLength = chunksPerWindow * sealedChunkLength;

/** A run of chunks. Content behind the file's end is padding, so a window may have none. */
export interface Window {
  readonly index: number;
  /** Of the content, in bytes. */
  readonly start: number;
  readonly end: number;
  /** Of the sealed blob, in bytes. */
  readonly sealedStart: number;
  readonly sealedLength: number;
}

export function windowCount({ chunkCount }: BlobLayout): number {
  return Math.ceil(chunkCount / chunksPerWindow);
}

/** @param index from 0, below `windowCount` */
export function windowAt(layout: BlobLayout, index: number): Window {
  const start = Math.min(layout.size, index * windowLength);
  const sealedStart = index * sealedWindowLength;
  return {
    index,
    start,
    end: Math.min(layout.size, start + windowLength),
    sealedStart,
    sealedLength: Math.min(sealedWindowLength, layout.sealedLength - sealedStart),
  };
}

/** The window that a place in the sealed blob falls into. */
export function windowOfSealed(layout: BlobLayout, sealedOffset: number): Window {
  return windowAt(layout, Math.floor(sealedOffset / sealedWindowLength));
}

/** How many bytes of the content a place in the sealed blob has behind it. */
export function contentBefore({ size }: BlobLayout, sealedOffset: number): number {
  const chunks = Math.floor(sealedOffset / sealedChunkLength);
  return Math.min(size, chunks * blobChunkLength + Math.min(blobChunkLength, sealedOffset % sealedChunkLength));
}

/** @param content of the window, without padding */
export function sealWindow(
  provider: CryptoProvider,
  key: Uint8Array,
  { layout, window }: { readonly layout: BlobLayout; readonly window: Window },
  content: Uint8Array,
): Uint8Array {
  const sealed = new Uint8Array(window.sealedLength);
  for (const index of chunksOf(layout, window)) {
    const { start, end } = blobChunkContent(layout, index);
    const chunk = content.subarray(start - window.start, end - window.start);
    sealed.set(sealBlobChunk(provider, key, { layout, index }, chunk), index * sealedChunkLength - window.sealedStart);
  }
  return sealed;
}

/** The content of a window, without padding; `undefined` unless every chunk of it is what was sealed. */
export function openWindow(
  provider: CryptoProvider,
  key: Uint8Array,
  { layout, window }: { readonly layout: BlobLayout; readonly window: Window },
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length !== window.sealedLength) return undefined;
  const content = new Uint8Array(window.end - window.start);
  for (const index of chunksOf(layout, window)) {
    const offset = index * sealedChunkLength - window.sealedStart;
    const length = blobChunkLengthAt(layout, index) + blobTagLength;
    const chunk = openBlobChunk(provider, key, { layout, index }, sealed.subarray(offset, offset + length));
    if (chunk === undefined) return undefined;
    content.set(chunk, blobChunkContent(layout, index).start - window.start);
  }
  return content;
}

function* chunksOf({ chunkCount }: BlobLayout, { index }: Window): Generator<number> {
  const first = index * chunksPerWindow;
  for (let chunk = first; chunk < Math.min(chunkCount, first + chunksPerWindow); chunk++) yield chunk;
}
