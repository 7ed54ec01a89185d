/**
 * A plain `Uint8Array` that owns its memory. Most results of node:crypto own theirs and are only given another
 * prototype; a view on the shared pool of Buffer is copied.
 */
export function plainBytes(buffer: Buffer): Uint8Array {
  return buffer.byteOffset === 0 && buffer.buffer.byteLength === buffer.length
    ? new Uint8Array(buffer.buffer)
    : new Uint8Array(buffer);
}
